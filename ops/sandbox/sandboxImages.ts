/** Images in a registry that others use too: their deletion is no part of Pulumi's. */
import type { Cli } from "../pulumi/pulumiCli.ts";
import { setTags, tagsOf } from "../pulumi/stackState.ts";
import type { Inventory, Marks } from "./context.ts";
import type { Images, Possessions } from "./possessions.ts";
import { tags } from "./listSandboxes.ts";

export interface DeletedImages {
  deleted: string[];
  /** What could not be deleted, and why. */
  left: string[];
  /** What is nobody's to delete from here. */
  kept: string[];
}

/**
 * Which images a sandbox has in registries that outlive it. They are written down in the stack's tags, because the state
 * forgets them with the first deletion, whether or not they can be deleted afterwards.
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
    return loginServer === undefined || repository === undefined ? [] : [{ loginServer, repository, azure: true }];
  });
  const own = images.map((one) => ({ ...one, repository: one.repository ?? `${marks.app}/${marks.stack}` }));
  const all = [...own, ...remembered.filter((old) => !own.some((one) => nameOf(one) === nameOf(old)))];
  const text = all
    .filter((one) => one.azure)
    .map(nameOf)
    .join(" ");
  if (text !== before) await setTags(cli, reference, { [tags.images]: text });
  return all;
}

const nameOf = ({ loginServer, repository }: Images) => `${loginServer}/${repository}`;

export async function deleteImages(azure: Inventory, stack: string, images: readonly Images[]): Promise<DeletedImages> {
  const result: DeletedImages = { deleted: [], left: [], kept: [] };
  for (const { azure: isAzure, loginServer, repository = "" } of images) {
    const what = `images ${loginServer}/${repository}`;
    // Only what is the sandbox's alone, whatever its settings were made to say.
    if (!repository.endsWith(`/${stack}`)) result.kept.push(`${what}: others may use them, too`);
    else if (!isAzure) result.kept.push(`${what}: a registry that is not known as one of Azure's; delete them there`);
    else
      try {
        if (await azure.deleteRepository(loginServer, repository)) result.deleted.push(what);
      } catch (error) {
        result.left.push(`${what}: ${(error as Error).message}`);
      }
  }
  return result;
}
