/**
 * The vaults' own service, at `https://NAME.vault.azure.net`: keys (`keyRequests.ts`) and secrets (`secretRequests.ts`) with their versions,
 * soft delete, and the operations of each. Rights are those of `vaultAccess.ts`, per key and secret.
 */
import { resourceNamed } from "../azureHosts.ts";
import type { Cloud } from "../cloud.ts";
import type { Principal } from "../directory.ts";
import { jsonBody, type Reply, type Request } from "../httpMessages.ts";
import type { JsonObject } from "../jsonValues.ts";
import type { ObjectRequests } from "./objectRequests.ts";
import { callerOf, demand, demandConnection, type VaultRight } from "./vaultAccess.ts";
import { badParameter, VaultError } from "./vaultErrors.ts";
import { keyRequests } from "./keyRequests.ts";
import {
  attributesIn,
  changeVersion,
  type Collection,
  deletedOf,
  deleteObject,
  deletionFields,
  objectId,
  type ObjectKind,
  type ObjectVersion,
  purgeObject,
  recoverObject,
  requireDeleted,
  requireEntry,
  requireVersion,
  versionsOf,
} from "./vaultObjects.ts";
import { secretRequests } from "./secretRequests.ts";

/** Answers every request to a vault. @param fromNode whether the cluster's node sends it, and not a program on this machine */
export async function vaultService(cloud: Cloud, request: Request, name: string, fromNode = false): Promise<Reply> {
  try {
    const body = await answer(cloud, request, name, fromNode);
    return body === undefined ? { status: 204 } : { status: 200, body };
  } catch (error) {
    if (error instanceof VaultError) return error.toReply();
    throw error;
  }
}

async function answer(
  cloud: Cloud,
  request: Request,
  vaultName: string,
  fromNode: boolean,
): Promise<JsonObject | undefined> {
  const vault = resourceNamed(cloud, "vault", vaultName);
  if (vault === undefined) throw new VaultError(404, "VaultNotFound", `The vault ${vaultName} does not exist.`);
  const caller = await callerOf(cloud, request);
  demandConnection(cloud, caller, vault, fromNode);
  if ((request.query.get("api-version") ?? "") === "") throw badParameter("api-version must be specified");
  const [first = "", ...rest] = request.path.split("/").slice(1);
  const [, deleted, kind] = /^(deleted)?(keys|secrets)$/.exec(first) ?? [];
  if (kind === undefined) throw unsupported(request);
  const asked: Asked = {
    ...{ request, caller, rest: rest.filter((part) => part !== "") },
    collection: { cloud, vault, kind: kind as ObjectKind, origin: request.origin },
  };
  return kind === "keys" ? route(asked, keyRequests, deleted) : route(asked, secretRequests, deleted);
}

interface Asked {
  request: Request;
  caller: Principal;
  collection: Collection;
  /** The path after `keys`, `secrets`, `deletedkeys` or `deletedsecrets`. */
  rest: string[];
}

const unsupported = ({ method, path }: Request) =>
  new VaultError(405, "MethodNotAllowed", `The simulated vault does not serve ${method} ${path}.`);

function route<T extends ObjectVersion>(
  asked: Asked,
  requests: ObjectRequests<T>,
  deleted: string | undefined,
): Promise<JsonObject | undefined> {
  return deleted === undefined ? live(asked, requests) : gone(asked, requests);
}

async function live<T extends ObjectVersion>(
  { request, caller, collection, rest }: Asked,
  requests: ObjectRequests<T>,
): Promise<JsonObject> {
  const { cloud, vault, kind } = collection;
  const { rights } = requests;
  const [name, second, third, ...more] = rest;
  const allow = (right: VaultRight) =>
    demand(cloud, caller, vault, name === undefined ? vault.id : objectId(collection, name), right);
  if (more.length > 0) throw unsupported(request);
  if (name === undefined) {
    if (request.method !== "GET") throw unsupported(request);
    allow(rights.list);
    const entries = cloud.inventory.within(vault.id, `Microsoft.KeyVault/vaults/${kind}`);
    return page(
      request,
      entries.map((entry) => requests.item(collection, entry.resource.name, newest(versionsOf<T>(entry)), false)),
    );
  }
  if (!/^[a-z0-9-]{1,127}$/i.test(name)) throw badParameter(`The request URI contains an invalid name: ${name}`);
  // If the request names no version, the operation is in its place.
  const verb = requests.verbs[`${request.method} ${third ?? second ?? ""}`];
  if (verb !== undefined) {
    allow(verb.right);
    const version = third === undefined ? undefined : second;
    return verb.answer(collection, { name, version, body: await jsonBody(request) });
  }
  if (third !== undefined) throw unsupported(request);
  if (request.method === "GET" && second === "versions") {
    allow(rights.list);
    const versions = versionsOf<T>(requireEntry(collection, name));
    return page(
      request,
      versions.map((version) => requests.item(collection, name, version, true)),
    );
  }
  switch (request.method) {
    case "GET":
      allow(rights.get);
      return requests.show(collection, name, requireVersion<T>(collection, name, second), true);
    case "PATCH": {
      allow(rights.update);
      const body = await jsonBody(request);
      const version = requireVersion<T>(collection, name, second);
      changeVersion(collection, name, version, { ...attributesIn(body), ...requests.changed(body) });
      return requests.show(collection, name, version, false);
    }
    case "DELETE": {
      if (second !== undefined) throw unsupported(request);
      allow(rights.delete);
      const deleted = deleteObject(collection, name);
      const shown = await requests.show(collection, name, newest(versionsOf<T>(deleted)), false);
      return { ...deletionFields(collection, deleted), ...shown };
    }
    default:
      throw unsupported(request);
  }
}

async function gone<T extends ObjectVersion>(
  { request, caller, collection, rest }: Asked,
  requests: ObjectRequests<T>,
): Promise<JsonObject | undefined> {
  const { cloud, vault } = collection;
  const { rights } = requests;
  const [name, second, ...more] = rest;
  const allow = (right: VaultRight) =>
    demand(cloud, caller, vault, name === undefined ? vault.id : objectId(collection, name), right);
  if (more.length > 0) throw unsupported(request);
  switch (`${request.method} ${name === undefined ? "all" : (second ?? "one")}`) {
    case "GET all":
      allow(rights.list);
      return page(
        request,
        deletedOf(collection).map((deleted) => ({
          ...deletionFields(collection, deleted),
          ...requests.item(collection, deleted.name, newest(versionsOf<T>(deleted)), false),
        })),
      );
    case "GET one": {
      allow(rights.get);
      const deleted = requireDeleted(collection, name ?? "");
      const shown = await requests.show(collection, deleted.name, newest(versionsOf<T>(deleted)), false);
      return { ...deletionFields(collection, deleted), ...shown };
    }
    case "POST recover": {
      allow(rights.recover);
      recoverObject(collection, name ?? "");
      return requests.show(collection, name ?? "", requireVersion<T>(collection, name ?? "", undefined), false);
    }
    case "DELETE one":
      allow(rights.purge);
      purgeObject(collection, name ?? "");
      return undefined;
    default:
      throw unsupported(request);
  }
}

/** Every key and secret has at least one version. */
function newest<T>(versions: readonly T[]): T {
  const version = versions.at(-1);
  if (version === undefined) throw new Error("a key or secret without a version");
  return version;
}

/** Lists come in pages of at most 25. */
function page({ query, origin, path }: Request, items: readonly JsonObject[]): JsonObject {
  const size = Math.min(Number(query.get("maxresults") ?? 25), 25);
  if (!Number.isInteger(size) || size < 1) throw badParameter("maxresults must be a number from 1 to 25.");
  const start = Number(query.get("$skiptoken") ?? 0);
  const next = new URLSearchParams({
    "api-version": query.get("api-version") ?? "",
    $skiptoken: `${start + size}`,
    maxresults: `${size}`,
  });
  return {
    value: items.slice(start, start + size),
    nextLink: start + size < items.length ? `${origin}${path}?${next.toString()}` : null,
  };
}
