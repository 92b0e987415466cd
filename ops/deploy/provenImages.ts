/** The images that a stack has proven, for the next environment: built once, and run by the same digest everywhere. */
import { pinnedImageProblem, splitImageReference } from "@tarmac/validate/imageReference";
import { registryIdProblem } from "@tarmac/validate/azureResourceId";
import { CouldNotRun } from "../couldNotRun.ts";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { registryIdIn } from "../pulumi/registryInState.ts";
import { stateOf } from "../pulumi/stackState.ts";
import { commitIn } from "./deployedCommits.ts";
import { deployedServices, idOf } from "./deployedServices.ts";
import { goodImages } from "./goodImages.ts";

export interface ProvenImages {
  /** The stack that proved them. */
  stack: string;
  /** `HOST/REPOSITORY:TAG@DIGEST`, by service name. */
  images: Readonly<Record<string, string>>;
  /** Resource id of the Azure registry that contains them; absent if the stack's registry is not in Azure. */
  registry?: string;
  /** Commit with which all of them passed; absent if unknown. */
  commit?: string;
}

/** @throws CouldNotRun if a service of the stack has not passed yet; PulumiFailed if the stack cannot be read */
export async function provenImages(cli: Cli, stack: string): Promise<ProvenImages> {
  const state = await stateOf(cli, stack);
  const services = deployedServices(state);
  const good = await goodImages(cli, stack, services);
  const found = services.map((service) => [service.name, good.get(idOf(service))?.last] as const);
  const missing = services.length === 0 ? "service" : found.find(([, last]) => last === undefined)?.[0];
  if (missing !== undefined)
    throw new CouldNotRun(
      `imageFrom: no image of "${missing}" has passed in "${stack}" yet: deploy that first: npx tarmac deploy ${stack}`,
    );
  const images = Object.fromEntries(found.map(([name, last]) => [name, last?.image ?? ""]));
  const commits = new Set(found.map(([, last]) => last?.commit));
  const [commit] = commits.size === 1 ? commits : [];
  const registry = registryIdIn(state, splitImageReference(Object.values(images)[0] ?? "").host);
  return {
    ...{ stack, images },
    ...(registry === undefined ? {} : { registry }),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** One line, for a job's output. */
export const proofLine = (proven: ProvenImages): string => JSON.stringify(proven);

/**
 * Parses a job's output.
 * @param from the expected stack
 * @throws CouldNotRun for anything that `proofLine` did not write
 */
export function proofIn(text: string, from: string): ProvenImages {
  const bad = (why: string) => new CouldNotRun(`--images: ${why}; use the output of the deployment of "${from}"`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad(`"${text.slice(0, 40)}" is not JSON`);
  }
  const { stack, images, registry, commit } = (value ?? {}) as Record<string, unknown>;
  if (stack !== from) throw bad(`it is of "${String(stack)}", and imageFrom names "${from}"`);
  const entries = Object.entries((images ?? {}) as Record<string, unknown>);
  const problem = entries.map(([, image]) => pinnedImageProblem(String(image))).find((one) => one !== undefined);
  if (entries.length === 0 || problem !== undefined) throw bad(problem ?? "it names no image");
  const id = typeof registry === "string" ? registry : undefined;
  if (registry !== undefined && (id === undefined || registryIdProblem(id) !== undefined))
    throw bad(`${JSON.stringify(registry)} is not the resource id of a registry`);
  const known = commitIn(typeof commit === "string" ? commit : undefined);
  return {
    ...{ stack: from, images: Object.fromEntries(entries.map(([name, image]) => [name, String(image)])) },
    ...(id === undefined ? {} : { registry: id }),
    ...(known === undefined ? {} : { commit: known }),
  };
}
