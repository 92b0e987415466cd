/**
 * The managed-identity endpoint, where programs on a node get tokens (169.254.169.254 on Azure). All managed clusters share one node here,
 * so the endpoint has to choose a cluster, and answers for its kubelet identity.
 */
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import { isKnownAudience, issueAccessToken } from "./entra.ts";
import type { Reply, Request } from "./httpMessages.ts";
import { asObject, asString } from "./jsonValues.ts";
import { mayPullFrom } from "./registry/repositoryPermissions.ts";

/** Answers `GET /metadata/identity/oauth2/token` like the instance metadata service. */
export async function managedIdentityToken(cloud: Cloud, request: Request): Promise<Reply> {
  if (request.headers.metadata !== "true") {
    return refusal("bad_request_102", "Required metadata header not specified");
  }
  const resource = request.query.get("resource");
  if (resource === null) return refusal("invalid_request", "Required query variable 'resource' is missing");
  if (!isKnownAudience(cloud, resource)) {
    return refusal(
      "invalid_resource",
      `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`,
    );
  }
  const principal = choose(cloud, request.query);
  if (principal === undefined) return refusal("invalid_request", "Identity not found");
  const { token, expiresInSeconds } = await issueAccessToken(cloud, principal, resource);
  const expires = Math.floor(Date.now() / 1000) + expiresInSeconds;
  return {
    status: 200,
    body: {
      access_token: token,
      client_id: principal.appId,
      expires_in: `${expiresInSeconds}`,
      expires_on: `${expires}`,
      ext_expires_in: `${expiresInSeconds}`,
      not_before: `${expires - expiresInSeconds}`,
      resource,
      token_type: "Bearer",
    },
  };
}

/**
 * Chooses the kubelet identity. Azure's own parameters (`client_id`, `object_id`, `msi_res_id`) narrow the choice. Of several clusters (sandboxes on
 * the one local Kubernetes) it takes the newest whose identity may pull from the registry in the parameter `registry`, or otherwise the newest of
 * all: the pull then fails because of that cluster's missing grant, as it would on the cluster's own nodes.
 */
function choose(cloud: Cloud, query: URLSearchParams): Principal | undefined {
  const newestFirst = kubeletIdentities(cloud).filter(({ principal, resourceId }) => {
    const same = (parameter: string, value: string) =>
      !query.has(parameter) || query.get(parameter)?.toLowerCase() === value.toLowerCase();
    return (
      same("client_id", principal.appId) && same("object_id", principal.objectId) && same("msi_res_id", resourceId)
    );
  });
  const loginServer = query.get("registry");
  const registry = loginServer === null ? undefined : cloud.registries.find(loginServer);
  const granted =
    registry === undefined
      ? undefined
      : newestFirst.find(({ principal }) => mayPullFrom(cloud.authorization, registry, principal.objectId));
  return (granted ?? newestFirst[0])?.principal;
}

function kubeletIdentities(cloud: Cloud): { principal: Principal; resourceId: string }[] {
  return cloud.inventory
    .ofType("Microsoft.ContainerService/managedClusters")
    .reverse()
    .flatMap(({ resource }) => {
      const identity = asObject(asObject(resource.properties.identityProfile)?.kubeletidentity);
      const principal = cloud.directory.find(asString(identity?.objectId) ?? "");
      return principal === undefined ? [] : [{ principal, resourceId: asString(identity?.resourceId) ?? "" }];
    });
}

/** An error in the instance metadata service's shape. */
function refusal(error: string, description: string): Reply {
  return { status: 400, body: { error, error_description: description } };
}
