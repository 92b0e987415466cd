/** The repositories of a registry as files: Docker's protocol can neither delete one as a whole nor list what no tag names. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** As ACR answers the deletion of a repository. */
export interface DeletedRepository {
  /** Digests, e.g. "sha256:1f0c...". */
  manifestsDeleted: string[];
  tagsDeleted: string[];
}

const repositoryName = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

/**
 * Deletes a repository with its tags and manifests. Those below it, such as `app/nightly` below `app`, stay; layers that are
 * shared with others do as well.
 *
 * @param images folder in which a docker-registry keeps its images
 * @returns `undefined` when there is no such repository
 */
export function deleteRepository(images: string, name: string): DeletedRepository | undefined {
  if (!repositoryName.test(name)) return undefined;
  const folder = join(images, "docker", "registry", "v2", "repositories", name);
  const manifests = join(folder, "_manifests");
  if (!existsSync(manifests)) return undefined;
  const deleted = {
    manifestsDeleted: namesIn(join(manifests, "revisions", "sha256")).map((hex) => `sha256:${hex}`),
    tagsDeleted: namesIn(join(manifests, "tags")),
  };
  for (const part of ["_manifests", "_layers", "_uploads"])
    rmSync(join(folder, part), { recursive: true, force: true });
  // The listing names folders: one without anything in it would still be a repository to it.
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
  return deleted;
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
