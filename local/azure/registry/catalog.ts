/**
 * ACR's own API, which `az acr` uses in addition to Docker's: lists at `/acr/v1/_catalog`, `/acr/v1/<repository>/_tags` and `_manifests`, locks
 * (`PATCH`), and `DELETE /acr/v1/<repository>`.
 *
 * https://learn.microsoft.com/rest/api/containerregistry/repository
 */
import { get } from "node:http";
import { json } from "node:stream/consumers";
import type { Cloud } from "../cloud.ts";
import type { Reply, Request } from "../httpMessages.ts";
import { asObject, type JsonObject } from "../jsonValues.ts";
import type { Backend } from "./backend.ts";
import type { RegistryView, Scope } from "./repositoryPermissions.ts";
import { deleteRepository } from "./deleteRepository.ts";
import { challenged } from "./manifestDeletion.ts";
import { type ChangeableAttributes, StoredRepository } from "./storedManifests.ts";
import { carriesAccess, failure, registryIssuer } from "./tokenService.ts";

/** Answers ACR's own paths; undefined for others. */
export async function catalog(
  cloud: Cloud,
  registry: RegistryView,
  backend: Backend,
  request: Request,
): Promise<Reply | undefined> {
  if (request.method === "DELETE") return deletion(cloud, registry, backend, request);
  if (request.method === "GET" && request.path === "/acr/v1/_catalog") {
    const scope: Scope = { type: "registry", name: "catalog", actions: ["*"] };
    if (!(await carriesAccess(cloud, registry, request.headers.authorization, scope)))
      return challenged(registry, scope);
    const { status, body } = await ask(cloud, registry, backend, `/v2/_catalog?${request.query.toString()}`, scope);
    return status === 200 ? { status, body } : failure(status, "UNKNOWN", "the registry did not answer");
  }
  const [, name, list, one] =
    /^\/acr\/v1\/((?!_)[^?]+?)(?:\/(_tags|_manifests)(?:\/([^/]+))?)?$/.exec(request.path) ?? [];
  const change = request.method === "PATCH";
  if (name === undefined || (request.method !== "GET" && !change)) return undefined;
  const scope: Scope = { type: "repository", name, actions: [change ? "metadata_write" : "metadata_read"] };
  if (!(await carriesAccess(cloud, registry, request.headers.authorization, scope))) return challenged(registry, scope);
  const repository = new StoredRepository(backend.images, name);
  if (!repository.exists()) return failure(404, "NAME_UNKNOWN", `repository name not known to registry`, { name });
  const about = { registry: registry.loginServer, imageName: name };
  if (change) return changed(repository, about, request, one);
  if (one !== undefined) {
    const [found] = list === "_manifests" ? manifestsOf(repository).filter(({ digest }) => digest === one) : [];
    return found === undefined
      ? failure(404, "MANIFEST_UNKNOWN", `manifest ${one} is not found`)
      : { status: 200, body: { registry: about.registry, imageName: name, manifest: found } };
  }
  return { status: 200, ...listed(repository, about, request.query, list) };
}

/** ACR's default, and the most it returns at once. */
const pageSize = 100;

function listed(
  repository: StoredRepository,
  about: JsonObject,
  query: URLSearchParams,
  list: string | undefined,
): Pick<Reply, "headers" | "body"> {
  if (list === undefined) return { body: { ...about, changeableAttributes: repository.attributes() } };
  const size = Math.min(Number(query.get("n") ?? pageSize) || pageSize, 1000);
  const entries =
    list === "_tags"
      ? repository.tags().map((tag) => ({ key: tag.name, entry: { ...tag, lastUpdateTime: tag.createdTime } }))
      : manifestsOf(repository).map((entry) => ({ key: entry.digest, entry }));
  const rest = entries.filter(({ key }) => key > (query.get("last") ?? ""));
  const page = rest.slice(0, size);
  const next = new URLSearchParams({ last: page.at(-1)?.key ?? "", n: String(size) });
  return {
    ...(rest.length > size && {
      headers: { Link: `</acr/v1/${String(about.imageName)}/${list}?${next.toString()}>; rel="next"` },
    }),
    body: { ...about, [list.slice(1)]: page.map(({ entry }) => entry) },
  };
}

const manifestsOf = (repository: StoredRepository) =>
  repository.manifests().map(({ subject: _, tags, ...manifest }) => ({
    ...{ ...manifest, lastUpdateTime: manifest.createdTime },
    // A manifest without a tag has no such property.
    ...(tags.length > 0 && { tags }),
  }));

async function changed(
  repository: StoredRepository,
  about: JsonObject,
  request: Request,
  of: string | undefined,
): Promise<Reply> {
  const body = asObject(JSON.parse((await request.body()).toString()) as unknown) ?? {};
  const changes = Object.fromEntries(
    Object.entries(body).filter(
      ([name, value]) => /^(delete|write|read|list)Enabled$/.test(name) && value !== undefined,
    ),
  ) as Partial<ChangeableAttributes>;
  const changeableAttributes = repository.change(changes, of);
  return changeableAttributes === undefined
    ? failure(404, "MANIFEST_UNKNOWN", `manifest ${String(of)} is not found`)
    : { status: 200, body: { ...about, changeableAttributes } };
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
  if (!(await carriesAccess(cloud, registry, request.headers.authorization, scope))) return challenged(registry, scope);
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
