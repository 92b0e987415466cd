/** Requests for one blob: https://learn.microsoft.com/rest/api/storageservices/operations-on-blobs */
import { createHash, randomUUID } from "node:crypto";
import { serviceNamed } from "../azureHosts.ts";
import type { Reply } from "../httpMessages.ts";
import { allowed, type BlobRequest, demand } from "./blobAccess.ts";
import { BlobError } from "./blobErrors.ts";
import { type BlobHeaders, type BlobRecord, type BlobVersion, currentOf, type Retention } from "./blobStore.ts";
import { isOn, policiesOf } from "./deletedContainers.ts";

/** Bytes of one upload; Azure accepts 5,000 MiB. */
const longestUpload = 256 * 1024 * 1024;

/** @throws BlobError */
export async function answerBlob(target: BlobRequest, name: string): Promise<Reply> {
  const { cloud, request, container } = target;
  const comp = request.query.get("comp");
  if (request.query.has("snapshot")) throw new BlobError("UnsupportedQueryParameter");
  const operation = `${request.method} ${comp ?? ""}`.trim();
  switch (operation) {
    case "GET":
    case "HEAD":
      demand(target, "blobs/read", name);
      return read(target, name);
    case "DELETE":
      return remove(target, name);
    case "PUT undelete": {
      demand(target, "blobs/write", name);
      const record = find(target, name);
      if (record === undefined) throw new BlobError("BlobNotFound");
      cloud.blobs.undelete(container, record, retentionOf(target));
      return { status: 200 };
    }
    case "PUT":
    case "PUT block":
    case "PUT blocklist": {
      const record = find(target, name, () => demandWrite(target, name));
      checkConditions(target, record);
      if (comp === "block") return putBlock(target, name);
      const copied = request.headers["x-ms-copy-source"];
      if (typeof copied === "string") return copy(target, name, copied);
      return written(target, comp === "blocklist" ? await commit(target, name) : await upload(target, name));
    }
    default:
      throw new BlobError(comp === null ? "UnsupportedHttpVerb" : "UnsupportedQueryParameter");
  }
}

/** @throws BlobError ContainerNotFound */
function find({ cloud, container }: BlobRequest, name: string, allow?: () => void): BlobRecord | undefined {
  allow?.();
  if (cloud.inventory.get(container) === undefined) throw new BlobError("ContainerNotFound");
  return cloud.blobs.find(container, name);
}

/** A principal that may only add blobs may not overwrite one. */
function demandWrite(target: BlobRequest, name: string): void {
  const exists = target.cloud.blobs.find(target.container, name)?.current !== undefined;
  if (!exists && allowed(target, target.container, "blobs/add/action", name)) return;
  demand(target, "blobs/write", name);
}

function retentionOf({ cloud, account }: BlobRequest): Retention {
  const policies = policiesOf(cloud, account.id);
  return { versioning: policies.isVersioningEnabled === true, softDelete: isOn(policies.deleteRetentionPolicy) };
}

/** The version that a request names, or the current one. @throws BlobError BlobNotFound */
function versionIn(record: BlobRecord | undefined, id: string | null): BlobVersion {
  const version =
    record === undefined
      ? undefined
      : id === null
        ? currentOf(record)
        : record.versions.find((one) => one.id === id && one.deleted !== true);
  if (version === undefined) throw new BlobError("BlobNotFound");
  return version;
}

function read(target: BlobRequest, name: string): Reply {
  const { cloud, request, container } = target;
  const record = find(target, name);
  const version = versionIn(record, request.query.get("versionid"));
  checkConditions(target, record, version);
  const headers = {
    ...describe(target, version),
    ...(version.id === record?.current && retentionOf(target).versioning && { "x-ms-is-current-version": "true" }),
    ...Object.fromEntries(Object.entries(version.headers).filter(([, value]) => value !== "")),
    ...Object.fromEntries(Object.entries(version.metadata).map(([key, value]) => [`x-ms-meta-${key}`, value])),
    "Content-Type": version.headers["content-type"] ?? "application/octet-stream",
    "Accept-Ranges": "bytes",
    "x-ms-creation-time": new Date(version.createdAt).toUTCString(),
    "x-ms-blob-type": "BlockBlob",
    "x-ms-lease-status": "unlocked",
    "x-ms-lease-state": "available",
    "x-ms-server-encrypted": "true",
  };
  const whole = { ...headers, "Content-MD5": version.md5, "Content-Length": `${version.length}` };
  if (request.method === "HEAD") return { status: 200, headers: whole };
  const content = cloud.blobs.content(container, name, version);
  const range = request.headers["x-ms-range"] ?? request.headers.range;
  if (typeof range !== "string") return { status: 200, headers: whole, body: content };
  const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  const start = Number(from);
  const end = Math.min(to === "" ? content.length - 1 : Number(to), content.length - 1);
  if (start >= content.length || end < start) throw new BlobError("InvalidRange");
  return {
    status: 206,
    headers: {
      ...headers,
      "Content-Range": `bytes ${start}-${end}/${content.length}`,
      "x-ms-blob-content-md5": version.md5,
    },
    body: content.subarray(start, end + 1),
  };
}

const describe = (target: BlobRequest, version: BlobVersion): Record<string, string> => ({
  ETag: version.etag,
  "Last-Modified": new Date(version.id).toUTCString(),
  ...(retentionOf(target).versioning && { "x-ms-version-id": version.id }),
});

const written = (target: BlobRequest, version: BlobVersion): Reply => ({
  status: 201,
  headers: {
    ...describe(target, version),
    "Content-MD5": version.md5,
    "x-ms-request-server-encrypted": "true",
  },
});

/** A role that deletes blobs does not delete their versions. */
function remove(target: BlobRequest, name: string): Reply {
  const { cloud, request, container } = target;
  const id = request.query.get("versionid");
  demand(target, id === null ? "blobs/delete" : "blobs/deleteBlobVersion/action", name);
  const record = find(target, name);
  const version = versionIn(record, id);
  checkConditions(target, record, version);
  if (record === undefined) throw new BlobError("BlobNotFound");
  if (id === null) cloud.blobs.delete(container, record, retentionOf(target));
  else if (id === record.current) throw new BlobError("OperationNotAllowedOnRootBlob");
  else cloud.blobs.deleteVersion(container, record, id, retentionOf(target));
  return { status: 202, headers: { "x-ms-delete-type-permanent": String(!retentionOf(target).softDelete) } };
}

/** `If-Match` and `If-None-Match`. @throws BlobError */
function checkConditions(
  { request }: BlobRequest,
  record: BlobRecord | undefined,
  version = record && currentOf(record),
): void {
  const { "if-match": match, "if-none-match": noneMatch } = request.headers;
  if (noneMatch === "*" && version !== undefined && request.method === "PUT") throw new BlobError("BlobAlreadyExists");
  const fits = (wanted: string) => version !== undefined && (wanted === "*" || wanted === version.etag);
  if ((match !== undefined && !fits(match)) || (noneMatch !== undefined && fits(noneMatch)))
    throw new BlobError("ConditionNotMet");
}

const named = ["content-type", "content-encoding", "content-language", "content-disposition", "cache-control"];

/** The headers and metadata that a request sets on a blob. */
function headersIn({ request: { headers } }: BlobRequest): BlobHeaders {
  const text = (name: string) => (typeof headers[name] === "string" ? headers[name] : undefined);
  const own = named.map((name) => [name, text(`x-ms-blob-${name}`) ?? (name === "content-type" ? text(name) : "")]);
  const metadata = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith("x-ms-meta-") && typeof value === "string" ? [[name.slice("x-ms-meta-".length), value]] : [],
  );
  return {
    headers: Object.fromEntries(own.filter(([, value]) => value !== undefined && value !== "")) as Record<
      string,
      string
    >,
    metadata: Object.fromEntries(metadata) as Record<string, string>,
  };
}

async function upload(target: BlobRequest, name: string): Promise<BlobVersion> {
  const { cloud, request, container } = target;
  if (request.headers["x-ms-blob-type"] !== "BlockBlob") throw new BlobError("InvalidHeaderValue");
  return cloud.blobs.put(container, name, await checkedBody(target), headersIn(target), retentionOf(target));
}

async function checkedBody({ request }: BlobRequest): Promise<Buffer> {
  const content = await request.body(longestUpload);
  const md5 = request.headers["content-md5"];
  if (typeof md5 === "string" && md5 !== createHash("md5").update(content).digest("base64"))
    throw new BlobError("Md5Mismatch");
  return content;
}

/** Blocks that wait for their list, by container and blob. A restart forgets them, as Azure does after a week. */
const waiting = new Map<string, Map<string, Buffer>>();
const place = ({ container }: BlobRequest, name: string) => `${container.toLowerCase()}\n${name}`;

async function putBlock(target: BlobRequest, name: string): Promise<Reply> {
  const id = target.request.query.get("blockid");
  if (id === null || id === "") throw new BlobError("InvalidQueryParameterValue");
  const content = await checkedBody(target);
  const blocks = waiting.get(place(target, name)) ?? new Map<string, Buffer>();
  waiting.set(place(target, name), blocks.set(id, content));
  return { status: 201, headers: { "x-ms-request-server-encrypted": "true" } };
}

/** @throws BlobError InvalidBlockList for a block that was not uploaded */
async function commit(target: BlobRequest, name: string): Promise<BlobVersion> {
  const { cloud, request, container } = target;
  const blocks = waiting.get(place(target, name));
  const listed = (await request.body()).toString("utf8").matchAll(/<(Latest|Uncommitted|Committed)>([^<]*)</g);
  const parts = [...listed].map(([, kind, id = ""]) => {
    // The blocks of a committed blob are not kept.
    const block = kind === "Committed" ? undefined : blocks?.get(id.trim());
    if (block === undefined) throw new BlobError("InvalidBlockList");
    return block;
  });
  waiting.delete(place(target, name));
  return cloud.blobs.put(container, name, Buffer.concat(parts), headersIn(target), retentionOf(target));
}

/** Copies within the account, also from a version. This restores a previous version as the current one. */
function copy(target: BlobRequest, name: string, source: string): Reply {
  const { cloud, account, container } = target;
  const url = URL.canParse(source) ? new URL(source) : undefined;
  const service = url === undefined ? undefined : serviceNamed(url.host);
  if (url === undefined || service?.kind !== "blob") throw new BlobError("InvalidHeaderValue");
  // Another account would need a signature in the address, and shared keys are off.
  if (service.name !== account.name.toLowerCase()) throw new BlobError("CannotVerifyCopySource");
  const [, containerName = "", ...rest] = decodeURIComponent(url.pathname).split("/");
  const from = { ...target, container: container.replace(/[^/]+$/, containerName) };
  const sourceName = rest.join("/");
  if (!allowed(from, from.container, "blobs/read", sourceName)) throw new BlobError("CannotVerifyCopySource");
  const version = versionIn(find(from, sourceName), url.searchParams.get("versionid"));
  const content = cloud.blobs.content(from.container, sourceName, version);
  const given = headersIn(target).metadata;
  const metadata = Object.keys(given).length > 0 ? given : version.metadata;
  const made = cloud.blobs.put(container, name, content, { headers: version.headers, metadata }, retentionOf(target));
  return {
    status: 202,
    headers: { ...describe(target, made), "x-ms-copy-id": randomUUID(), "x-ms-copy-status": "success" },
  };
}
