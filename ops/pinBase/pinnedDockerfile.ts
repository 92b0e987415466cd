/** A Dockerfile whose base images are pinned to the digests that their tags have now. */
import { baseImageProblem, pullSource, splitImageReference } from "@tarmac/validate/imageReference";
import { dockerfileImages, type DockerfileImage } from "../checkImage/engine/dockerfileBases.ts";
import { repositoryTags, type TagDigest, tagDigest, type TagRepository } from "../checkImage/engine/registryTags.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { hasVersion, newestTag, type ReleaseLine } from "./newestTag.ts";

/** What registries say. */
export interface Registries {
  digestOf: TagDigest;
  tagsOf: (repository: TagRepository) => Promise<string[]>;
}

export const realRegistries: Registries = { digestOf: tagDigest, tagsOf: repositoryTags };

/** One base image: unchanged if `from` and `to` are the same. */
export interface PinnedBase {
  from: string;
  to: string;
}

export interface PinnedDockerfile {
  /** The whole file, with the new references in place. */
  text: string;
  bases: PinnedBase[];
  /** Bases that stay as they are, each with the reason and the fix. */
  problems: string[];
}

/**
 * @param text the Dockerfile
 * @param line whether to move to the newest release of a line; otherwise tags stay, and only digests move
 */
export async function pinnedDockerfile(
  text: string,
  line: ReleaseLine | undefined,
  registries: Registries = realRegistries,
): Promise<PinnedDockerfile> {
  const problems: string[] = [];
  const bases: PinnedBase[] = [];
  const edits: { start: number; end: number; to: string }[] = [];
  for (const { image, places, unwritable } of dockerfileImages(text)) {
    try {
      const to = await pinned(image, unwritable, line, registries);
      bases.push({ from: image, to });
      if (to !== image) edits.push(...places.map((place) => ({ ...place, to })));
    } catch (error) {
      if (!(error instanceof CouldNotRun)) throw error;
      problems.push(error.message);
    }
  }
  // From the end, so that the places before stay where they are.
  edits.sort((a, b) => b.start - a.start);
  const changed = edits.reduce((all, { start, end, to }) => all.slice(0, start) + to + all.slice(end), text);
  return { text: changed, bases, problems };
}

async function pinned(
  image: string,
  unwritable: DockerfileImage["unwritable"],
  line: ReleaseLine | undefined,
  { digestOf, tagsOf }: Registries,
): Promise<string> {
  if (unwritable !== undefined) throw new CouldNotRun(`a base cannot be pinned where it is written: ${unwritable}`);
  const problem = baseImageProblem(image);
  if (problem !== undefined) throw new CouldNotRun(`a base is no image: ${problem}`);
  const reference = splitImageReference(image);
  const { tag, digest } = reference;
  if (tag === undefined)
    throw new CouldNotRun(
      `"${image}" has no tag, so nothing says which release to follow: add one, e.g. ${image.replace(/@.*$/, "")}:1.2.3${digest === undefined ? "" : `@${digest.slice(0, 14)}...`}`,
    );
  const source = pullSource(reference);
  const newest = line === undefined || !hasVersion(tag) ? tag : newestTag(tag, await tagsOf(source), line);
  const named = image.slice(0, image.length - (digest === undefined ? 0 : digest.length + 1) - tag.length);
  return `${named}${newest}@${await digestOf(source.host, source.repository, newest)}`;
}
