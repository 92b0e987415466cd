/** Every stack that could run images of a registry: all stacks of the project, in all state backends that the environment names. */
import type { Cli } from "../pulumi/pulumiCli.ts";
import { stateOf, tagsOf, type State } from "../pulumi/stackState.ts";
import { allStacks, tags as sandboxTags } from "../sandbox/listSandboxes.ts";
import { shortName } from "../pulumi/stackName.ts";
import { prefix } from "../sandbox/sandboxName.ts";

export interface KnownStack {
  /** Without organization and project. */
  name: string;
  /** Pulumi's name for it. */
  reference: string;
  cli: Cli;
  state: State;
  /** What names images: state and tags, as JSON. */
  text: string;
  /** Code of pull requests writes its state. */
  isSandbox: boolean;
}

export interface Backend {
  cli: Cli;
  /** Whether it is the backend of sandboxes. */
  ofSandboxes: boolean;
}

const atOnce = 4;

/** @throws PulumiFailed if a backend or a stack cannot be read: what it runs is then unknown */
export async function knownStacks(backends: readonly Backend[]): Promise<KnownStack[]> {
  const found: KnownStack[] = [];
  for (const { cli, ofSandboxes } of backends) {
    const listed = await allStacks(cli);
    for (let start = 0; start < listed.length; start += atOnce)
      found.push(
        ...(
          await Promise.all(listed.slice(start, start + atOnce).map(({ name }) => readStack(cli, name, ofSandboxes)))
        ).filter((stack) => stack !== undefined),
      );
  }
  return found;
}

/** @returns `undefined` for a stack that no longer exists: another process has just removed it */
async function readStack(cli: Cli, reference: string, ofSandboxes: boolean): Promise<KnownStack | undefined> {
  try {
    const [state, tags] = await Promise.all([stateOf(cli, reference), tagsOf(cli, reference)]);
    const name = shortName(reference);
    return {
      ...{ name, reference, cli, state, text: JSON.stringify([withoutImageIds(state), tags]) },
      isSandbox: ofSandboxes || name.startsWith(prefix) || tags[sandboxTags.sandbox] === "true",
    };
  } catch (error) {
    if (!(await allStacks(cli)).some(({ name }) => name === reference)) return undefined;
    throw error;
  }
}

/** The Docker provider keeps the name of an image's first build as its id, whatever was built since. */
const withoutImageIds = ({ deployment, ...rest }: State): State => ({
  ...rest,
  deployment: deployment && {
    ...deployment,
    resources: (deployment.resources ?? []).map((resource) =>
      resource.type === "docker:index/image:Image" ? { ...resource, id: "" } : resource,
    ),
  },
});
