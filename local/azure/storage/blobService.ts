/**
 * The blob service of the simulated storage accounts, at `https://ACCOUNT.blob.core.windows.net`: containers, block blobs with their
 * versions, and soft delete. Azurite, Microsoft's emulator, has neither versions nor soft delete, and knows no
 * roles: https://github.com/Azure/Azurite#support-matrix
 */
import { resourceNamed } from "../azureHosts.ts";
import type { Cloud } from "../cloud.ts";
import type { Reply, Request } from "../httpMessages.ts";
import type { Entry } from "../inventory.ts";
import { blobContainer } from "../resourceTypes/storageAccount.ts";
import { allowed, callerOf, type BlobRequest, containerType, demand } from "./blobAccess.ts";
import { BlobError } from "./blobErrors.ts";
import { answerBlob } from "./blobRequests.ts";
import { containerEtag, listBlobs, listContainers } from "./blobLists.ts";
import { deleteBlobsOf, deletedContainers, restoreContainer } from "./deletedContainers.ts";

/** https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services */
const newestVersion = "2025-11-05";

/** Answers every request to an account. */
export async function blobService(cloud: Cloud, request: Request, accountName: string): Promise<Reply> {
  const version = { "x-ms-version": String(request.headers["x-ms-version"] ?? newestVersion) };
  try {
    const reply = await answer(cloud, request, accountName);
    return { ...reply, headers: { ...version, ...reply.headers } };
  } catch (error) {
    if (!(error instanceof BlobError)) throw error;
    const reply = error.toReply();
    return { ...reply, headers: { ...version, ...reply.headers } };
  }
}

async function answer(cloud: Cloud, request: Request, accountName: string): Promise<Reply> {
  const account = resourceNamed(cloud, "blob", accountName);
  if (account === undefined) throw new BlobError("ResourceNotFound");
  const principalId = await callerOf(cloud, account, request);
  const [, containerName = "", ...rest] = request.path.split("/");
  const target: BlobRequest = {
    ...{ cloud, request, account, principalId },
    container: `${account.id}/blobServices/default/containers/${containerName}`,
  };
  const comp = request.query.get("comp");
  if (containerName === "") {
    if (request.method !== "GET" || comp !== "list") throw new BlobError("UnsupportedQueryParameter");
    if (!allowed(target, account.id, "read")) throw new BlobError("AuthorizationPermissionMismatch");
    return listContainers(target);
  }
  const blob = rest.join("/");
  if (blob !== "") return answerBlob(target, blob);
  if (request.query.get("restype") !== "container") throw new BlobError("ResourceNotFound");
  if (comp === "list") return listBlobs(target);
  if (comp === "undelete" && request.method === "PUT") return undelete(target);
  if (comp !== null) throw new BlobError("UnsupportedQueryParameter");
  return answerContainer(target, containerName);
}

function answerContainer(target: BlobRequest, name: string): Reply {
  const { cloud, request, container } = target;
  const existing = cloud.inventory.get(container);
  const headers = ({ createdAt }: Entry) => ({
    ETag: containerEtag(createdAt),
    "Last-Modified": new Date(createdAt).toUTCString(),
  });
  switch (request.method) {
    case "PUT":
      demand(target, "write");
      if (existing !== undefined) throw new BlobError("ContainerAlreadyExists");
      if (blobContainer.checkName(name) !== undefined)
        throw new BlobError(name.length < 3 || name.length > 63 ? "OutOfRangeInput" : "InvalidResourceName");
      return {
        status: 201,
        headers: headers(
          cloud.inventory.put({
            ...{ id: container, name, type: containerType },
            properties: { publicAccess: "None", hasImmutabilityPolicy: false, hasLegalHold: false },
          }),
        ),
      };
    case "DELETE":
      demand(target, "delete");
      if (existing === undefined) throw new BlobError("ContainerNotFound");
      deleteBlobsOf(cloud, existing.resource);
      cloud.inventory.remove([container]);
      return { status: 202 };
    case "GET":
    case "HEAD":
      demand(target, "read");
      if (existing === undefined) throw new BlobError("ContainerNotFound");
      return {
        status: 200,
        headers: { ...headers(existing), "x-ms-lease-status": "unlocked", "x-ms-lease-state": "available" },
      };
    default:
      throw new BlobError("UnsupportedHttpVerb");
  }
}

/** https://learn.microsoft.com/rest/api/storageservices/restore-container */
function undelete(target: BlobRequest): Reply {
  const { cloud, request, account, container } = target;
  demand(target, "write");
  const version = request.headers["x-ms-deleted-container-version"];
  const name = request.headers["x-ms-deleted-container-name"];
  const found = deletedContainers(cloud, account.id).find(
    (deleted) => deleted.version === version && deleted.resource.name === name,
  );
  if (found === undefined || found.resource.id.toLowerCase() !== container.toLowerCase())
    throw new BlobError("ContainerNotFound");
  if (cloud.inventory.get(container) !== undefined) throw new BlobError("ContainerAlreadyExists");
  restoreContainer(cloud, found);
  return { status: 201 };
}
