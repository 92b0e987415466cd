/** Deletes a repository's files: Docker's protocol can neither delete a whole repository nor list untagged manifests. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** ACR's answer to the deletion of a repository. */
export interface DeletedRepository {
  /** Digests, e.g. "sha256:1f0c...". */
  manifestsDeleted: string[];
  tagsDeleted: string[];
}

const repositoryName = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

/**
 * Deletes a repository with its tags and manifests. Repositories below it, such as `app/nightly` below `app`, and all layers stay.
 *
 * @param images folder of a docker-registry's images
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
  // The catalog lists folders: an empty one would still count as a repository.
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
  return deleted;
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
