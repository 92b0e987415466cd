/**
 * The storage that ACR keeps for runs: the build contexts that clients upload, and the logs. Addresses are signed, and work for everyone who
 * has one. They change when the service restarts.
 * https://learn.microsoft.com/rest/api/containerregistry/registries/get-build-source-upload-url
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ArmError } from "../armErrors.ts";
import type { Cloud } from "../cloud.ts";
import type { Reply, Request } from "../httpMessages.ts";
import type { Entry } from "../inventory.ts";
import { registryType } from "./openRegistries.ts";

export const runStoragePath = "/acr-tasks/";

/** Size of a build context. */
const longestContext = 512 * 1024 * 1024;

const key = randomBytes(32);
const signature = (path: string): string => createHmac("sha256", key).update(path).digest("base64url");

/** Answer of `listBuildSourceUploadUrl`. */
export function sourceUpload(cloud: Cloud, { resource }: Entry): { uploadUrl: string; relativePath: string } {
  const relativePath = `source/${randomUUID()}.tar.gz`;
  return { uploadUrl: signedUrl(cloud, resource.name, relativePath), relativePath };
}

/** Path of a run's log, relative to the storage of its registry. */
export const logPath = (runId: string): string => `logs/${runId}/rawtext.log`;

/** Answer of `listLogSasUrl`. */
export const logLink = (cloud: Cloud, registry: string, runId: string): { logLink: string } => ({
  logLink: signedUrl(cloud, registry, logPath(runId)),
});

export function appendLog(cloud: Cloud, registryId: string, runId: string, line: string): void {
  const file = fileOf(cloud, registryId, logPath(runId));
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${line}\n`);
}

/** The uploaded build context, or `undefined`. */
export function uploadedSource(cloud: Cloud, registryId: string, relativePath: string): string | undefined {
  if (!/^source\/[0-9a-f-]{36}\.tar\.gz$/.test(relativePath)) return undefined;
  const file = fileOf(cloud, registryId, relativePath);
  return existsSync(file) ? file : undefined;
}

/** Answers a request to a signed address. */
export async function runStorage(cloud: Cloud, request: Request): Promise<Reply> {
  const given = Buffer.from(request.query.get("sig") ?? "");
  const wanted = Buffer.from(signature(request.path));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new ArmError(403, "AuthenticationFailed", "Server failed to authenticate the request.");
  const [registry = "", ...path] = request.path.slice(runStoragePath.length).split("/");
  const entry = cloud.inventory.ofType(registryType).find(({ resource }) => resource.name === registry);
  if (entry === undefined) throw new ArmError(404, "ContainerNotFound", "The specified container does not exist.");
  const file = fileOf(cloud, entry.resource.id, path.join("/"));
  if (request.method === "PUT") {
    if (request.headers["x-ms-blob-type"] !== "BlockBlob")
      throw new ArmError(
        400,
        "MissingRequiredHeader",
        "An HTTP header that's mandatory for this request is not specified: x-ms-blob-type.",
      );
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await request.body(longestContext));
    return { status: 201 };
  }
  if (!existsSync(file)) throw new ArmError(404, "BlobNotFound", "The specified blob does not exist.");
  return { status: 200, headers: { "Content-Type": "text/plain" }, body: readFileSync(file) };
}

function signedUrl(cloud: Cloud, registry: string, relativePath: string): string {
  const path = `${runStoragePath}${registry}/${relativePath}`;
  return `${cloud.endpoint}${path}?sig=${signature(path)}`;
}

/** @throws ArmError 409 while the registry is not served */
function fileOf(cloud: Cloud, registryId: string, relativePath: string): string {
  const images = cloud.registries.images(registryId);
  if (images === undefined) throw new ArmError(409, "RegistryNotReady", "The registry is not served at the moment.");
  return join(dirname(images), "runs", relativePath);
}
