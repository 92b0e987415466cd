/**
 * `DELETE /v2/<repository>/manifests/<digest>` as ACR answers it: whoever may not delete is refused in ACR's words, locks count, and what refers to the
 * manifest (signatures, SBOMs) is deleted with it.
 *
 * https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
 * https://learn.microsoft.com/azure/container-registry/container-registry-manage-artifact#delete-all-artifacts-in-the-graph
 */
import type { Cloud } from "../cloud.ts";
import type { Reply, Request } from "../httpMessages.ts";
import type { Backend } from "./backend.ts";
import type { RegistryView, Scope } from "./repositoryPermissions.ts";
import { StoredRepository } from "./storedManifests.ts";
import { carriesAccess, failure, unauthorized } from "./tokenService.ts";

/** Answers the deletion of a manifest by its digest; undefined for other requests. */
export async function manifestDeletion(
  cloud: Cloud,
  registry: RegistryView,
  backend: Backend,
  request: Request,
): Promise<Reply | undefined> {
  const [, name, digest] = /^\/v2\/(.+)\/manifests\/(sha256:[0-9a-f]{64})$/.exec(request.path) ?? [];
  if (request.method !== "DELETE" || name === undefined || digest === undefined) return undefined;
  const scope: Scope = { type: "repository", name, actions: ["delete"] };
  if (!(await carriesAccess(cloud, registry, request.headers.authorization, scope))) return challenged(registry, scope);
  const repository = new StoredRepository(backend.images, name);
  if (!repository.manifests().some((one) => one.digest === digest))
    return failure(404, "MANIFEST_UNKNOWN", `manifest ${digest} is not found`);
  const all = [digest, ...repository.referrers(digest)];
  if (all.some((one) => repository.isLocked(one)))
    return failure(
      405,
      "REGISTRY_DISALLOWED_OPERATION",
      "The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation",
    );
  for (const one of all) repository.deleteManifest(one);
  return { status: 202 };
}

/** 401, with the scope that a token needs. */
export function challenged(registry: RegistryView, scope: Scope): Reply {
  return {
    ...unauthorized([scope]),
    headers: {
      "Www-Authenticate":
        `Bearer realm="https://${registry.loginServer}/oauth2/token",service="${registry.loginServer}",` +
        `scope="${scope.type}:${scope.name}:${scope.actions.join(",")}"`,
    },
  };
}
