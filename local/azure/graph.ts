/**
 * The part of Microsoft Graph that `az role assignment` and `az ad sp` use: looking up principals by id and name. It is served below
 * `/graph`, the endpoint that `/metadata/endpoints` names, and accepts tokens for that audience only.
 *
 * https://learn.microsoft.com/graph/api/directoryobject-getbyids, https://learn.microsoft.com/graph/api/serviceprincipal-list
 */
import { entraPrincipal } from "./authentication.ts";
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import { bearerToken, jsonBody, type Reply, type Request } from "./httpMessages.ts";
import type { JsonObject } from "./jsonValues.ts";
import { graphAudience } from "./metadata.ts";

/** The maximum number of ids in one `getByIds`. */
const idsAtOnce = 1000;

/** Answers the paths below `/graph/v1.0`. */
export async function graph(cloud: Cloud, request: Request): Promise<Reply> {
  const token = bearerToken(request.headers.authorization);
  const caller = await entraPrincipal(cloud, token, [graphAudience(cloud.endpoint)]);
  if (caller === undefined) return refusal(401, "InvalidAuthenticationToken", "Access token validation failure.");
  // An Owner of a subscription has no rights in the directory. Directory.Read.All must be granted, and only the deployer has it here.
  if (caller.objectId !== cloud.deployer.objectId)
    return refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  const path = request.path.replace(/^\/graph\/v1\.0/, "");
  if (request.method === "POST" && path === "/directoryObjects/getByIds") {
    return byIds(cloud, await jsonBody(request));
  }
  if (request.method === "GET" && path === "/servicePrincipals") return list(cloud, request.query.get("$filter"));
  const id = /^\/servicePrincipals\/([^/]+)$/.exec(path)?.[1];
  if (request.method !== "GET" || id === undefined) {
    return refusal(400, "BadRequest", `Resource not found for the segment '${path.split("/")[1] ?? ""}'.`);
  }
  const found = cloud.directory.find(id);
  return found === undefined
    ? refusal(
        404,
        "Request_ResourceNotFound",
        `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
      )
    : { status: 200, body: present(found) };
}

function byIds(cloud: Cloud, { ids, types }: JsonObject): Reply {
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > idsAtOnce || !ids.every((id) => typeof id === "string"))
    return refusal(400, "Request_BadRequest", `ids must be a list of 1 to ${idsAtOnce} object ids.`);
  const wanted = Array.isArray(types) && types.length > 0 ? types : ["directoryObject"];
  const known = wanted.includes("servicePrincipal") || wanted.includes("directoryObject");
  return found(known ? ids.flatMap((id: string) => cloud.directory.find(id) ?? []) : []);
}

/** The filters by which az looks for service principals, and the property of a principal that each compares. */
const filters: readonly [RegExp, (principal: Principal, value: string) => boolean][] = [
  [/^servicePrincipalNames\/any\(\w+:\w+ eq '([^']*)'\)$/, ({ appId }, value) => appId === value.toLowerCase()],
  [/^appId eq '([^']*)'$/, ({ appId }, value) => appId === value.toLowerCase()],
  [/^displayName eq '([^']*)'$/, ({ displayName }, value) => displayName === value],
  [/^startswith\(displayName,\s*'([^']*)'\)$/, ({ displayName }, value) => displayName.startsWith(value)],
];

function list(cloud: Cloud, filter: string | null): Reply {
  if (filter === null) return found(cloud.directory.all());
  for (const [form, matches] of filters) {
    const value = form.exec(filter)?.[1];
    if (value !== undefined) return found(cloud.directory.all().filter((principal) => matches(principal, value)));
  }
  return refusal(400, "Request_UnsupportedQuery", `Unsupported Query: the filter '${filter}' is not simulated.`);
}

const found = (principals: readonly Principal[]): Reply => ({ status: 200, body: { value: principals.map(present) } });

function present({ objectId, appId, displayName, createdAt, managed }: Principal): JsonObject {
  return {
    "@odata.type": "#microsoft.graph.servicePrincipal",
    id: objectId,
    appId,
    displayName,
    createdDateTime: createdAt,
    accountEnabled: true,
    servicePrincipalType: managed ? "ManagedIdentity" : "Application",
    servicePrincipalNames: [appId],
  };
}

/** An error in Graph's shape. */
function refusal(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message } } };
}
