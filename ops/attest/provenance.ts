/**
 * The provenance of an image: from which commit, by whom and how it was built.
 * https://slsa.dev/spec/v1.0/provenance
 */
import { createHash } from "node:crypto";
import { pullSource, splitImageReference } from "@tarmac/validate/imageReference";

export const provenancePredicate = "https://slsa.dev/provenance/v1";

/** Explained in docs/attestations.md. */
export const buildType = "https://tarmac.dev/attestations/deploy/v1";

/** The builder of runs by hand. */
const byHand = "https://tarmac.dev/builders/by-hand";

/** How an image was built. Build arguments are named, without their values, which can be secrets. */
export interface BuildFacts {
  stack: string;
  /** Folder, relative to the repository. */
  context: string;
  /** Path of the Dockerfile. */
  dockerfile: string;
  /** Content of the Dockerfile. */
  dockerfileText: string;
  target?: string;
  platform: string;
  /** Names of the ARGs that the build set. */
  buildArgs: readonly string[];
  buildWith: string;
  /** The Dockerfile's base images, as it names them. */
  bases: readonly string[];
}

export interface BuildSource {
  /** Address of the repository. @example "https://github.com/team/shop" */
  repository?: string;
  /** Commit whose checkout had no other changes. */
  commit?: string;
}

export interface ResourceDescriptor {
  uri: string;
  digest?: Record<string, string>;
}

export interface Provenance {
  buildDefinition: {
    buildType: string;
    externalParameters: Record<string, unknown>;
    internalParameters: Record<string, unknown>;
    resolvedDependencies: ResourceDescriptor[];
  };
  runDetails: {
    builder: { id: string };
    metadata: { invocationId?: string; finishedOn: string };
  };
}

/** @param runUrl of the workflow run */
export function provenanceOf(
  build: BuildFacts,
  source: BuildSource,
  { runUrl, env, now = new Date() }: { runUrl?: string | undefined; env: NodeJS.ProcessEnv; now?: Date },
): Provenance {
  const { stack, context, dockerfile, dockerfileText, target, platform, buildArgs, buildWith, bases } = build;
  const { repository, commit } = source;
  return {
    buildDefinition: {
      buildType,
      externalParameters: {
        ...{ ...(repository !== undefined && { repository }), ...(commit !== undefined && { commit }) },
        ...{ context, dockerfile, ...(target !== undefined && { target }), platform },
        buildArgs: buildArgs.toSorted(),
      },
      internalParameters: {
        ...{ stack, buildWith },
        dockerfile: { sha256: createHash("sha256").update(dockerfileText).digest("hex") },
      },
      resolvedDependencies: [...sourceCode(source), ...bases.map(baseImage)],
    },
    runDetails: {
      builder: { id: builderId(env) },
      metadata: { ...(runUrl !== undefined && { invocationId: runUrl }), finishedOn: now.toISOString() },
    },
  };
}

const sourceCode = ({ repository, commit }: BuildSource): ResourceDescriptor[] =>
  commit === undefined ? [] : [{ uri: `git+${repository ?? "unknown:"}@${commit}`, digest: { gitCommit: commit } }];

/** A base without a digest in the Dockerfile is named without one: which of its images the builder used is not known. */
function baseImage(base: string): ResourceDescriptor {
  const reference = splitImageReference(base);
  const { tag, digest } = reference;
  const { host, repository } = pullSource(reference);
  const [algorithm = "", value = ""] = digest?.split(":") ?? [];
  return {
    uri: `oci://${host}/${repository}${tag === undefined ? "" : `:${tag}`}`,
    ...(digest !== undefined && { digest: { [algorithm]: value } }),
  };
}

/**
 * The workflow that ran, as keyless signatures name it. The address of a reusable workflow is in the certificate only.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
function builderId({ GITHUB_ACTIONS, GITHUB_SERVER_URL, GITHUB_WORKFLOW_REF }: NodeJS.ProcessEnv): string {
  return GITHUB_ACTIONS === "true" && GITHUB_WORKFLOW_REF !== undefined
    ? `${GITHUB_SERVER_URL ?? "https://github.com"}/${GITHUB_WORKFLOW_REF}`
    : byHand;
}

/**
 * Address of a repository without credentials, from the address of a remote.
 * @returns `undefined` for a folder of this machine
 */
export function repositoryAddress(remote: string): string | undefined {
  const ssh = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+\/|[:/])(.+?)(?:\.git)?\/?$/.exec(remote);
  if (ssh !== null) return `https://${ssh[1]}/${ssh[2]}`;
  try {
    const { protocol, host, pathname } = new URL(remote);
    if (protocol !== "https:" && protocol !== "http:") return undefined;
    return `${protocol}//${host}${pathname.replace(/(?:\.git)?\/?$/, "")}`;
  } catch {
    return undefined;
  }
}
