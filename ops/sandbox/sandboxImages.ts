/** Images in a shared registry: Pulumi does not delete them. */
import type { Marks } from "../azure/marks.ts";
import { isImagePath } from "@tarmac/validate/imageReference";
import type { Cli } from "../pulumi/pulumiCli.ts";
import { setTags, tagsOf } from "../pulumi/stackState.ts";
import type { Inventory } from "./context.ts";
import type { Images, Possessions } from "./possessions.ts";
import { tags } from "./listSandboxes.ts";

export interface DeletedImages {
  deleted: string[];
  /** What could not be deleted, and why. */
  left: string[];
  /** What these commands may not delete. */
  kept: string[];
}

/**
 * Records a sandbox's images in registries that outlive it. They are stored in the stack's tags, because the first
 * deletion removes them from the state, even if deleting the images fails afterwards.
 */
export async function rememberImages(
  cli: Cli,
  reference: string,
  { images }: Possessions,
  marks: Marks,
): Promise<Images[]> {
  const before = (await tagsOf(cli, reference))[tags.images] ?? "";
  const remembered = before.split(" ").flatMap((text): Images[] => {
    const [, loginServer, repository] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
    return loginServer === undefined || repository === undefined ? [] : [{ loginServer, repository }];
  });
  const own = images.map((one) => ({ ...one, repository: one.repository ?? `${marks.app}/${marks.stack}` }));
  const all = [...own, ...remembered.filter((old) => !own.some((one) => nameOf(one) === nameOf(old)))];
  const text = all.map(nameOf).join(" ");
  if (text !== before) await setTags(cli, reference, { [tags.images]: text });
  return all;
}

const nameOf = ({ loginServer, repository }: Images) => `${loginServer}/${repository}`;

/**
 * The code of a pull request writes its sandbox's state and tags, so neither may decide which host is contacted or
 * which repository is deleted. Allowed are only registries that Azure lists, and only the repository with the stack's
 * name.
 */
export async function deleteImages(azure: Inventory, stack: string, images: readonly Images[]): Promise<DeletedImages> {
  const result: DeletedImages = { deleted: [], left: [], kept: [] };
  if (images.length === 0) return result;
  const listed = await azure.registries();
  for (const { loginServer, repository = "" } of images) {
    const what = `images ${loginServer}/${repository}`;
    if (!isImagePath(repository) || !repository.endsWith(`/${stack}`))
      result.kept.push(`${what}: others may use them, too`);
    else if (!listed.has(loginServer))
      result.kept.push(`${what}: Azure lists no such registry for this sandbox; delete them there`);
    else
      try {
        if (await azure.deleteRepository(loginServer, repository)) result.deleted.push(what);
      } catch (error) {
        result.left.push(`${what}: ${(error as Error).message}`);
      }
  }
  return result;
}
