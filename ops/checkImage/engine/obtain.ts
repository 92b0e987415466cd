/** Gets the image into the engine: it exists there or is pulled, with every platform of an index. */
import type Docker from "dockerode";
import { CouldNotRun } from "../../couldNotRun.ts";
import { credentialsFor } from "./dockerCredentials.ts";
import type { Report } from "../checkProgress.ts";

/** One platform of an image, in the engine. */
export interface Variant {
  /** The engine's name for it. */
  reference: string;
  /** The user's name for it, if different. */
  shown?: string;
  /** "linux/arm64"; absent if there is only one. */
  platform?: string;
}

export interface Obtained {
  variants: Variant[];
  /** Removes what was pulled only for the check, and restores the name to the image that had it. */
  release: () => Promise<void>;
}

interface Inspected {
  Id: string;
  RepoDigests?: string[];
  RepoTags?: string[];
}

/** Timeout for the registry's list of platforms, in milliseconds. */
const patience = 10_000;

/**
 * @param nodes platform of the nodes
 * @throws CouldNotRun if it does not exist locally and cannot be pulled
 */
export async function obtain(docker: Docker, reference: string, nodes: string, report: Report): Promise<Obtained> {
  const before = await inspected(docker, reference);
  const nothing = { variants: [{ reference }], release: () => Promise.resolve() };
  // A locally built image is in no registry under that name.
  if (before !== undefined && (before.RepoDigests ?? []).length === 0) return nothing;
  if (before === undefined) await pull(docker, reference, undefined, report);
  const platforms = await platformsOf(docker, reference);
  if (platforms.length < 2) return nothing;
  const own = await inspected(docker, reference);
  const variants: Variant[] = [];
  for (const platform of platforms) {
    await pull(docker, reference, platform, report);
    const found = await inspected(docker, reference);
    if (found !== undefined && !variants.some((one) => one.reference === found.Id)) {
      variants.push({ reference: found.Id, shown: reference, platform });
    }
  }
  report(`${reference} has ${variants.length} platforms; the nodes are ${nodes}`);
  return { variants, release: () => giveBack(docker, reference, own, variants) };
}

async function giveBack(docker: Docker, reference: string, own: Inspected | undefined, variants: readonly Variant[]) {
  const [name = "", tag = "latest"] = /^(.+?)(?::([^/:@]+))?$/.exec(reference)?.slice(1) ?? [];
  if (own !== undefined && !reference.includes("@")) {
    await docker
      .getImage(own.Id)
      .tag({ repo: name, tag })
      .catch(() => undefined);
  }
  for (const variant of variants.filter((one) => one.reference !== own?.Id)) {
    const left = await inspected(docker, variant.reference).catch(() => undefined);
    if ((left?.RepoTags ?? []).length > 0) continue;
    await docker
      .getImage(variant.reference)
      .remove({ force: true })
      .catch(() => undefined);
  }
}

/** The platforms of an index in the registry; empty for a single image, or if the registry does not answer. */
async function platformsOf(docker: Docker, reference: string): Promise<string[]> {
  interface Distribution {
    Platforms?: { os?: string; architecture?: string; variant?: string }[] | null;
  }
  try {
    const asked = docker.getImage(withTag(reference)).distribution({
      authconfig: await credentialsFor(reference),
      abortSignal: AbortSignal.timeout(patience),
    } as object) as unknown as Promise<Distribution>;
    const { Platforms } = await asked;
    // An index lists attestations as images for "unknown/unknown".
    const real = (Platforms ?? []).filter(({ os, architecture }) => os !== "unknown" && (architecture ?? "") !== "");
    return [
      ...new Set(
        real.map(({ os, architecture, variant }) =>
          [os, architecture, architecture === "arm64" ? undefined : variant].filter(Boolean).join("/"),
        ),
      ),
    ];
  } catch {
    // The image exists; its other platforms are checked only if possible.
    return [];
  }
}

async function pull(docker: Docker, reference: string, platform: string | undefined, report: Report): Promise<void> {
  report(`pulling ${reference}${platform === undefined ? "" : ` for ${platform}`}`);
  try {
    const stream = await docker.pull(withTag(reference), {
      authconfig: await credentialsFor(reference),
      ...(platform === undefined ? {} : { platform }),
    });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
    });
  } catch (error) {
    throw new CouldNotRun(
      `${reference} is not in the engine and cannot be pulled: ${(error as Error).message.trim()}. ` +
        "Check its name, sign in (az acr login --name REGISTRY, docker login HOST), or give a folder with a Dockerfile",
      { cause: error },
    );
  }
}

async function inspected(docker: Docker, reference: string): Promise<Inspected | undefined> {
  try {
    return await docker.getImage(reference).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw new CouldNotRun(`the Docker engine cannot say what "${reference}" is: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Without a tag, the engine would pull all tags. */
const withTag = (reference: string) => (/:[^/]+$|@/.test(reference) ? reference : `${reference}:latest`);
