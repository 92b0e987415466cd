/** Lists of the blob service, in its XML and in pages. https://learn.microsoft.com/rest/api/storageservices/list-blobs */
import type { Reply } from "../httpMessages.ts";
import { type BlobRequest, containerType, demand } from "./blobAccess.ts";
import { BlobError } from "./blobErrors.ts";
import { type BlobRecord, type BlobVersion } from "./blobStore.ts";
import { deletedContainers } from "./deletedContainers.ts";

const mostPerPage = 5000;

interface Listed {
  /** Sorts the list, and continues it on the next page. */
  key: string;
  xml: string;
}

export function listBlobs(target: BlobRequest): Reply {
  const { cloud, request, container } = target;
  const prefix = request.query.get("prefix") ?? "";
  const delimiter = request.query.get("delimiter") ?? "";
  const include = (request.query.get("include") ?? "").split(",");
  demand(target, "blobs/read", prefix);
  if (cloud.inventory.get(container) === undefined) throw new BlobError("ContainerNotFound");
  const folders = new Set<string>();
  const blobs: Listed[] = [];
  for (const record of cloud.blobs.list(container)) {
    if (!record.name.startsWith(prefix)) continue;
    const versions = shown(record, include);
    if (versions.length === 0) continue;
    const end = delimiter === "" ? -1 : record.name.indexOf(delimiter, prefix.length);
    if (end >= 0) folders.add(record.name.slice(0, end + delimiter.length));
    else
      for (const version of versions)
        blobs.push({ key: `${record.name}\n${version.id}`, xml: blobXml(record, version, include) });
  }
  const prefixes = [...folders].map((name) => ({
    key: name,
    xml: `<BlobPrefix><Name>${escaped(name)}</Name></BlobPrefix>`,
  }));
  return page(
    target,
    "Blobs",
    [...blobs, ...prefixes],
    `ContainerName="${escaped(container.split("/").at(-1) ?? "")}"`,
  );
}

/** The versions of a blob that a list names. */
const shown = ({ versions, current }: BlobRecord, include: readonly string[]): BlobVersion[] =>
  versions.filter(({ id, deleted }) => {
    if (deleted === true) return include.includes("deleted");
    return id === current || include.includes("versions");
  });

function blobXml({ name, current }: BlobRecord, version: BlobVersion, include: readonly string[]): string {
  const { id, headers, metadata } = version;
  const versioned = include.includes("versions")
    ? `<VersionId>${id}</VersionId>${id === current ? "<IsCurrentVersion>true</IsCurrentVersion>" : ""}`
    : "";
  const properties = {
    "Creation-Time": new Date(version.createdAt).toUTCString(),
    "Last-Modified": new Date(id).toUTCString(),
    Etag: version.etag,
    "Content-Length": `${version.length}`,
    "Content-Type": headers["content-type"] ?? "application/octet-stream",
    "Content-Encoding": headers["content-encoding"] ?? "",
    "Content-Language": headers["content-language"] ?? "",
    "Content-MD5": version.md5,
    "Cache-Control": headers["cache-control"] ?? "",
    "Content-Disposition": headers["content-disposition"] ?? "",
    BlobType: "BlockBlob",
    ...(id === current && { LeaseStatus: "unlocked", LeaseState: "available" }),
    ServerEncrypted: "true",
  };
  return [
    `<Blob><Name>${escaped(name)}</Name>`,
    ...(version.deleted === true ? ["<Deleted>true</Deleted>"] : []),
    versioned,
    `<Properties>${elements(properties)}</Properties>`,
    ...(include.includes("metadata") ? [`<Metadata>${elements(metadata)}</Metadata>`] : []),
    "</Blob>",
  ].join("");
}

/** @param time of its creation or deletion, ISO 8601 */
export const containerEtag = (time: string): string =>
  `"0x${Buffer.from(time).toString("hex").slice(-16).toUpperCase()}"`;

export function listContainers(target: BlobRequest): Reply {
  const { cloud, account, request } = target;
  const prefix = request.query.get("prefix") ?? "";
  const include = (request.query.get("include") ?? "").split(",");
  const item = (name: string, time: string, more: string) => ({
    key: name,
    xml: `<Container><Name>${escaped(name)}</Name>${more}<Properties>${elements({ "Last-Modified": new Date(time).toUTCString(), Etag: containerEtag(time), LeaseStatus: "unlocked", LeaseState: "available" })}</Properties></Container>`,
  });
  const existing = cloud.inventory
    .within(account.id, containerType)
    .map(({ resource, createdAt }) => item(resource.name, createdAt, ""));
  const deleted = include.includes("deleted")
    ? deletedContainers(cloud, account.id).map(({ resource, version, deletedAt }) =>
        item(resource.name, deletedAt, `<Deleted>true</Deleted><Version>${version}</Version>`),
      )
    : [];
  const listed = [...existing, ...deleted].filter(({ key }) => key.startsWith(prefix));
  return page(target, "Containers", listed, "");
}

/** @param name of the element with the items @throws BlobError for an invalid size of the page */
function page({ request }: BlobRequest, name: string, all: readonly Listed[], attribute: string): Reply {
  const asked = request.query.get("maxresults");
  const size = asked === null ? mostPerPage : Number(asked);
  if (!Number.isInteger(size) || size < 1) throw new BlobError("InvalidQueryParameterValue");
  const marker = Buffer.from(request.query.get("marker") ?? "", "base64url").toString();
  const rest = [...all].sort((a, b) => (a.key < b.key ? -1 : 1)).filter(({ key }) => key >= marker);
  const items = rest.slice(0, Math.min(size, mostPerPage));
  const next = rest[items.length]?.key;
  const endpoint = escaped(`${request.origin}/`);
  const xml = [
    `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="${endpoint}" ${attribute}>`,
    `<${name}>${items.map((item) => item.xml).join("")}</${name}>`,
    next === undefined ? "<NextMarker />" : `<NextMarker>${Buffer.from(next).toString("base64url")}</NextMarker>`,
    "</EnumerationResults>",
  ];
  return { status: 200, headers: { "Content-Type": "application/xml" }, body: Buffer.from(xml.join("")) };
}

const elements = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join("");

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
