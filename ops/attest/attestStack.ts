/** Attests the images that a stack has built. */
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { BuildRecord } from "@tarmac/components/image";
import { dockerfileBases } from "../checkImage/engine/dockerfileBases.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { gitIn } from "../deploy/checkedOutCommit.ts";
import type { WorkflowRun } from "../github/workflow.ts";
import { registryIdIn } from "../pulumi/registryInState.ts";
import { stateOf, type State } from "../pulumi/stackState.ts";
import { type Attested, attestImage } from "./attestImage.ts";
import { statementSigner } from "./bundleSigner.ts";
import { type BuildFacts, type BuildSource, provenanceOf, repositoryAddress } from "./provenance.ts";
import { sbomOf } from "./sbom.ts";
import { nameOf, pinnedImage, repositoryOf, type StackAccess, signedIn } from "./stackRepository.ts";

/** An image that the last update has built, or found built. */
export interface BuiltImage {
  /** `HOST/REPOSITORY:TAG@DIGEST` */
  reference: string;
  build: BuildRecord;
}

export interface AttestOptions extends StackAccess {
  /** Folder of the project. */
  folder: string;
  signWith?: string | undefined;
  /** Attach what an image has already, too. */
  again?: boolean;
  /** Commit of the checkout, if it has no other changes. */
  commit?: string | undefined;
  workflow: Pick<WorkflowRun, "url" | "repository">;
  say: (line: string) => void;
  env?: NodeJS.ProcessEnv;
}

export const builtImages = ({ deployment }: State): BuiltImage[] =>
  (deployment?.resources ?? []).flatMap(({ type, outputs, delete: goes }) => {
    const { reference, build } = (outputs ?? {}) as Partial<BuiltImage>;
    return type === "tarmac:docker:AppImage" && goes !== true && typeof reference === "string" && build !== undefined
      ? [{ reference, build }]
      : [];
  });

/**
 * @returns what was attached to each image; empty if the stack has built none
 * @throws CouldNotRun saying what is missing, and PulumiFailed if the stack cannot be read
 */
export async function attestStack(options: AttestOptions): Promise<Attested[]> {
  const { cli, stack, file, signWith, say, env = process.env } = options;
  const state = await stateOf(cli, stack);
  const images = builtImages(state);
  if (images.length === 0) return [];
  const sign = signWith === undefined ? undefined : await statementSigner(signWith, () => signedIn(file), env);
  const source = await sourceOf(options);
  const attested: Attested[] = [];
  for (const { reference, build } of images) {
    const image = pinnedImage(reference);
    const { repository, credentials } = await repositoryOf(options, image, registryIdIn(state, image.host));
    const facts = buildFacts(options, build);
    const evidence = {
      sbom: () => {
        say(`listing the contents of ${nameOf(image)} (syft)`);
        return sbomOf(nameOf(image), credentials, env);
      },
      provenance: () => provenanceOf(facts, source, { runUrl: options.workflow.url, env }),
    };
    const result = await attestImage(image, repository, evidence, { sign, again: options.again === true });
    for (const [what, digest] of Object.entries(result.attached)) say(`attached ${what} ${digest} to ${reference}`);
    if (result.kept.length > 0) say(`${reference} already has: ${result.kept.join(", ")}`);
    attested.push(result);
  }
  return attested;
}

/** The repository and the commit. Files that no commit has make the commit unknown. */
async function sourceOf({ folder, commit, workflow, env = process.env }: AttestOptions): Promise<BuildSource> {
  const remote =
    workflow.repository === undefined
      ? repositoryAddress((await gitIn(folder, "remote", "get-url", "origin"))?.trim() ?? "")
      : `${env.GITHUB_SERVER_URL ?? "https://github.com"}/${workflow.repository}`;
  return { ...(remote !== undefined && { repository: remote }), ...(commit !== undefined && { commit }) };
}

/** @throws CouldNotRun if the Dockerfile is not in the checkout */
function buildFacts({ folder, stack }: AttestOptions, build: BuildRecord): BuildFacts {
  const { context, dockerfile, target, platform, args, buildWith } = build;
  const path = resolve(folder, dockerfile);
  if (!existsSync(path))
    throw new CouldNotRun(
      `the Dockerfile "${dockerfile}" of the deployed image is not in this checkout: attest from the checkout that deployed ${stack}`,
    );
  const dockerfileText = readFileSync(path, "utf8");
  // A path of this machine says nothing to others.
  const inRepository = (one: string) => relative(folder, resolve(folder, one)).replaceAll("\\", "/") || ".";
  return {
    ...{ stack, dockerfileText, platform, buildWith },
    ...{ context: inRepository(context), dockerfile: inRepository(dockerfile) },
    ...(target !== "" && { target }),
    buildArgs: Object.keys(args),
    bases: dockerfileBases(dockerfileText, args),
  };
}
