/**
 * ACR's own API, which `az acr repository` uses in addition to Docker's: lists at `/acr/v1/_catalog` and `/acr/v1/<repository>/_tags`, and
 * `DELETE /acr/v1/<repository>`.
 */
import { get } from "node:http";
import { json } from "node:stream/consumers";
import type { Cloud } from "../cloud.ts";
import type { Reply, Request } from "../httpMessages.ts";
import type { Backend } from "./backend.ts";
import type { RegistryView, Scope } from "./repositoryPermissions.ts";
import { deleteRepository } from "./deleteRepository.ts";
import { carriesAccess, failure, registryIssuer, unauthorized } from "./tokenService.ts";

/** Answers ACR's own paths; undefined for others. */
export async function catalog(
  cloud: Cloud,
  registry: RegistryView,
  backend: Backend,
  request: Request,
): Promise<Reply | undefined> {
  if (request.method === "DELETE") return deletion(cloud, registry, backend, request);
  if (request.method !== "GET") return undefined;
  if (request.path === "/acr/v1/_catalog") {
    const scope: Scope = { type: "registry", name: "catalog", actions: ["*"] };
    if (!(await carriesAccess(cloud, registry, request.headers.authorization, scope)))
      return challenge(registry, scope);
    const { status, body } = await ask(cloud, registry, backend, `/v2/_catalog?${request.query.toString()}`, scope);
    return status === 200 ? { status, body } : failure(status, "UNKNOWN", "the registry did not answer");
  }
  const repository = /^\/acr\/v1\/(.+)\/_tags$/.exec(request.path)?.[1];
  if (repository === undefined) return undefined;
  const scope: Scope = { type: "repository", name: repository, actions: ["metadata_read"] };
  if (!(await carriesAccess(cloud, registry, request.headers.authorization, scope))) return challenge(registry, scope);
  const answer = await ask(cloud, registry, backend, `/v2/${repository}/tags/list`, { ...scope, actions: ["pull"] });
  if (answer.status === 404) return failure(404, "NAME_UNKNOWN", `repository '${repository}' is not found`);
  if (answer.status !== 200) return failure(answer.status, "UNKNOWN", "the registry did not answer");
  const tags = (answer.body as { tags: string[] | null }).tags ?? [];
  return {
    status: 200,
    body: { registry: registry.loginServer, imageName: repository, tags: tags.map((name) => ({ name })) },
  };
}

/** https://learn.microsoft.com/rest/api/containerregistry/repository/delete */
async function deletion(
  cloud: Cloud,
  registry: RegistryView,
  backend: Backend,
  request: Request,
): Promise<Reply | undefined> {
  const name = /^\/acr\/v1\/((?!_)[^?]+)$/.exec(request.path)?.[1];
  if (name === undefined || name.split("/").some((part) => part.startsWith("_"))) return undefined;
  const scope: Scope = { type: "repository", name, actions: ["delete"] };
  if (!(await carriesAccess(cloud, registry, request.headers.authorization, scope))) return challenge(registry, scope);
  const deleted = deleteRepository(backend.images, name);
  return deleted === undefined
    ? failure(404, "NAME_UNKNOWN", `repository name not known to registry`, { name })
    : { status: 202, body: deleted };
}

/** Sends the backend a request with a token of our own, because the backend knows only Docker's actions, not ACR's. */
async function ask(
  cloud: Cloud,
  registry: RegistryView,
  backend: Backend,
  path: string,
  scope: Scope,
): Promise<{ status: number; body: unknown }> {
  const token = await cloud.tokens.issue({ sub: "catalog", access: [scope] }, registryIssuer, registry.loginServer, 60);
  return new Promise((resolve) => {
    const unanswered = () => resolve({ status: 503, body: undefined });
    const headers = { Authorization: `Bearer ${token}` };
    get({ socketPath: backend.socketPath, path, headers }, (response) => {
      json(response).then((body) => resolve({ status: response.statusCode ?? 503, body }), unanswered);
    }).on("error", unanswered);
  });
}

function challenge(registry: RegistryView, scope: Scope): Reply {
  return {
    ...unauthorized([scope]),
    headers: {
      "Www-Authenticate":
        `Bearer realm="https://${registry.loginServer}/oauth2/token",service="${registry.loginServer}",` +
        `scope="${scope.type}:${scope.name}:${scope.actions.join(",")}"`,
    },
  };
}
