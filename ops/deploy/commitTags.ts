/**
 * Tags an image in its registry with the commit and the pull request that it passed with first, `commit-HASH` and
 * `pr-NUMBER`, for people who look there. An image that later commits leave unchanged keeps its tags.
 */
import { splitImageReference } from "@tarmac/validate/imageReference";
import { type AzureSettings, signIn } from "../azure/signIn.ts";
import { registryIdIn } from "../pulumi/registryInState.ts";
import type { AcrRepositories } from "../purge/acrRepositories.ts";
import { repositoriesIn } from "../purge/runPurge.ts";
import type { State } from "../pulumi/stackState.ts";

export interface TaggedImages {
  state: State;
  /** Pinned references of the images that passed. Those outside of the stack's Azure registry are not tagged. */
  images: readonly string[];
  commit: string;
  /** Numbers of the pull requests that brought the commit. */
  pullRequests: readonly number[];
  /** Gives access to a registry. */
  repositories: (registry: { id: string; loginServer: string }) => Promise<Pick<AcrRepositories, "tag" | "tagsOf">>;
}

const commitPrefix = "commit-";

/** @returns the tags that each image got, by reference @throws CouldNotRun */
export async function tagImages(args: TaggedImages): Promise<Map<string, string[]>> {
  const { state, images, commit, pullRequests, repositories } = args;
  const tags = [`${commitPrefix}${commit}`, ...pullRequests.map((number) => `pr-${number}`)];
  const given = new Map<string, string[]>();
  for (const image of new Set(images)) {
    const { host: loginServer, path, digest } = splitImageReference(image);
    const id = registryIdIn(state, loginServer);
    if (id === undefined || loginServer === undefined || digest === undefined) continue;
    const registry = await repositories({ id, loginServer });
    const existing = await registry.tagsOf(path, digest);
    if (existing === undefined || existing.some((tag) => tag.startsWith(commitPrefix))) continue;
    for (const tag of tags) await registry.tag(path, digest, tag);
    given.set(image, tags);
  }
  return given;
}

/** Signs in only if there is something to tag. */
export const registriesOf = (settings: AzureSettings): TaggedImages["repositories"] => {
  let azure: ReturnType<typeof signIn> | undefined;
  return async (registry) => {
    azure ??= signIn(settings);
    const [, , subscription = ""] = registry.id.split("/");
    return repositoriesIn({ ...(await azure), subscription }, registry);
  };
};
