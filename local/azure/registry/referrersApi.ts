/**
 * What ACR has of OCI 1.1 and docker-registry lacks: the list of what refers to a manifest, and the answer to the push of a manifest with a subject,
 * by which clients know that they need not keep a list of their own under a tag.
 *
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 * https://learn.microsoft.com/azure/container-registry/container-registry-manage-artifact
 */
import type { Cloud } from "../cloud.ts";
import type { Reply, Request } from "../httpMessages.ts";
import type { Backend } from "./backend.ts";
import { challenged } from "./manifestDeletion.ts";
import type { RegistryView, Scope } from "./repositoryPermissions.ts";
import { StoredRepository } from "./storedManifests.ts";
import { carriesAccess, failure } from "./tokenService.ts";

const indexType = "application/vnd.oci.image.index.v1+json";

/** Answers `GET /v2/REPOSITORY/referrers/DIGEST`; undefined for other requests. */
export async function referrersApi(
  cloud: Cloud,
  registry: RegistryView,
  backend: Backend,
  request: Request,
): Promise<Reply | undefined> {
  const [, name, digest] = /^\/v2\/(.+)\/referrers\/([^/]+)$/.exec(request.path) ?? [];
  if (request.method !== "GET" || name === undefined || digest === undefined) return undefined;
  const scope: Scope = { type: "repository", name, actions: ["pull"] };
  if (!(await carriesAccess(cloud, registry, request.headers.authorization, scope))) return challenged(registry, scope);
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return failure(400, "DIGEST_INVALID", "invalid digest");
  const wanted = request.query.get("artifactType") ?? undefined;
  const manifests = new StoredRepository(backend.images, name)
    .about(digest)
    .filter(({ artifactType }) => wanted === undefined || artifactType === wanted);
  return {
    status: 200,
    headers: {
      "Content-Type": indexType,
      ...(wanted !== undefined && { "OCI-Filters-Applied": "artifactType" }),
    },
    body: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests })),
  };
}

/** Whether a request pushes a manifest. */
export const pushesManifest = (method: string | undefined, path: string): boolean =>
  method === "PUT" && /^\/v2\/.+\/manifests\/[^/]+$/.test(path);

/** Header of the answer to a pushed manifest, if it has a subject. @param manifest as it was sent */
export function subjectHeader(manifest: Buffer): Record<string, string> {
  try {
    const { subject } = JSON.parse(manifest.toString()) as { subject?: { digest?: string } };
    return subject?.digest === undefined ? {} : { "OCI-Subject": subject.digest };
  } catch {
    // The backend refuses it.
    return {};
  }
}
