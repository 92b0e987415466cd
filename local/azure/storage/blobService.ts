/**
 * The blob service of the simulated storage accounts, at `/blob/ACCOUNT/CONTAINER/BLOB`: whole block blobs, and containers.
 *
 * The Resource Manager has no part in it, so neither locks nor its own rights count: Azure RBAC decides alone. Containers are a
 * matter of actions and blobs of data actions, and a role for blobs contains both.
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations
 */
import type { Cloud } from "../cloud.ts";
import { issuerOf } from "../entra.ts";
import type { Reply, Request } from "../httpMessages.ts";
import { asString } from "../jsonValues.ts";
import { BlobError } from "./blobErrors.ts";

export const storageAudience = "https://storage.azure.com";
const accountType = "Microsoft.Storage/storageAccounts";
const containers = `${accountType}/blobServices/containers`;

/** Answers every request below `/blob/`. */
export async function blobService(cloud: Cloud, request: Request): Promise<Reply> {
  try {
    return await answer(cloud, request);
  } catch (error) {
    if (error instanceof BlobError) return error.toReply();
    throw error;
  }
}

interface Target {
  cloud: Cloud;
  request: Request;
  principalId: string;
  /** Resource id of the container, which may not exist. */
  container: string;
}

async function answer(cloud: Cloud, request: Request): Promise<Reply> {
  const [, account = "", containerName = "", ...rest] = request.path.split("/").slice(1);
  const found = cloud.inventory.ofType(accountType).find(({ resource }) => resource.name === account)?.resource;
  if (found === undefined) throw new BlobError("ResourceNotFound");
  if (/^SharedKey /i.test(request.headers.authorization ?? "") && found.properties.allowSharedKeyAccess === false)
    throw new BlobError("KeyBasedAuthenticationNotPermitted");
  const target: Target = {
    cloud,
    request,
    principalId: await principalOf(cloud, request),
    container: `${found.id}/blobServices/default/containers/${containerName}`,
  };
  const blob = rest.join("/");
  if (blob !== "") return answerBlob(target, blob);
  if (request.query.get("restype") !== "container") throw new BlobError("ResourceNotFound");
  return request.query.get("comp") === "list" ? listBlobs(target) : answerContainer(target);
}

/** @throws BlobError for anything but a valid token for storage */
async function principalOf(cloud: Cloud, { headers }: Request): Promise<string> {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) throw new BlobError("NoAuthenticationInformation");
  const claims = await cloud.tokens.verify(token, issuerOf(cloud)).catch(() => undefined);
  const principal = cloud.directory.find(asString(claims?.oid) ?? "");
  if (principal === undefined || String(claims?.aud).replace(/\/$/, "") !== storageAudience)
    throw new BlobError("InvalidAuthenticationInfo");
  return principal.objectId;
}

/** @throws BlobError when none of the caller's roles permits it */
function demand({ cloud, principalId, container }: Target, operation: string, blob?: string): void {
  const kind = blob === undefined ? "action" : "dataAction";
  const facts = blob === undefined ? {} : { resource: { [`${containers}/blobs:path`]: blob } };
  if (!cloud.authorization.allows(principalId, `${containers}/${operation}`, container, kind, facts))
    throw new BlobError("AuthorizationPermissionMismatch");
}

function answerContainer(target: Target): Reply {
  const { cloud, request, container } = target;
  const exists = cloud.inventory.get(container) !== undefined;
  switch (request.method) {
    case "PUT":
      demand(target, "write");
      if (exists) throw new BlobError("ContainerAlreadyExists");
      cloud.inventory.put({
        id: container,
        name: container.split("/").at(-1) ?? "",
        type: containers,
        properties: { publicAccess: "None", hasImmutabilityPolicy: false, hasLegalHold: false },
      });
      return { status: 201 };
    case "DELETE":
      demand(target, "delete");
      if (!exists) throw new BlobError("ContainerNotFound");
      cloud.blobs.deleteContainer(container);
      cloud.inventory.remove([container]);
      return { status: 202 };
    case "GET":
    case "HEAD":
      demand(target, "read");
      if (!exists) throw new BlobError("ContainerNotFound");
      return { status: 200 };
    default:
      throw new BlobError("UnsupportedHttpVerb");
  }
}

async function answerBlob(target: Target, name: string): Promise<Reply> {
  const { cloud, request, container } = target;
  const operation = { PUT: "write", DELETE: "delete", GET: "read", HEAD: "read" }[request.method];
  if (operation === undefined) throw new BlobError("UnsupportedHttpVerb");
  demand(target, `blobs/${operation}`, name);
  if (cloud.inventory.get(container) === undefined) throw new BlobError("ContainerNotFound");
  if (request.method === "PUT") {
    if (request.headers["x-ms-blob-type"] !== "BlockBlob" || request.query.has("comp"))
      throw new BlobError("InvalidHeaderValue");
    return { status: 201, headers: { ETag: cloud.blobs.put(container, name, await request.body()).etag } };
  }
  const blob = cloud.blobs.get(container, name);
  if (blob === undefined) throw new BlobError("BlobNotFound");
  if (request.method === "DELETE") {
    cloud.blobs.delete(container, name);
    return { status: 202 };
  }
  const headers = { ETag: blob.etag, "x-ms-blob-type": "BlockBlob", "Content-Type": "application/octet-stream" };
  return request.method === "HEAD"
    ? { status: 200, headers: { ...headers, "Content-Length": `${blob.content.length}` } }
    : { status: 200, headers, body: blob.content };
}

function listBlobs(target: Target): Reply {
  const { cloud, request, container } = target;
  const prefix = request.query.get("prefix") ?? "";
  demand(target, "blobs/read", prefix);
  if (cloud.inventory.get(container) === undefined) throw new BlobError("ContainerNotFound");
  const blobs = cloud.blobs.list(container).filter(({ name }) => name.startsWith(prefix));
  const listed = blobs.map(
    ({ name, content, etag }) =>
      `<Blob><Name>${escaped(name)}</Name><Properties><Etag>${escaped(etag)}</Etag><Content-Length>${content.length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`,
  );
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: Buffer.from(
      `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${escaped(container.split("/").at(-1) ?? "")}"><Blobs>${listed.join("")}</Blobs><NextMarker /></EnumerationResults>`,
    ),
  };
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
