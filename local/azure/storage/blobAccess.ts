/**
 * The access rights to blobs of the simulated storage accounts. The Resource Manager is not involved, so neither its locks nor its own
 * rights count: only Azure RBAC decides. Containers need actions, blobs need data actions, and a role for blobs contains both.
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations
 */
import { entraPrincipal } from "../authentication.ts";
import { accountType } from "../azureHosts.ts";
import type { Cloud } from "../cloud.ts";
import { bearerToken, type Request } from "../httpMessages.ts";
import type { Resource } from "../inventory.ts";
import { storageAudience } from "../metadata.ts";
import { BlobError } from "./blobErrors.ts";

export const containerType = `${accountType}/blobServices/containers`;

/** A request to a container, which may not exist. */
export interface BlobRequest {
  cloud: Cloud;
  request: Request;
  account: Resource;
  /** Object id of the caller. */
  principalId: string;
  /** Resource id. */
  container: string;
}

/** The object id of the caller. @throws BlobError for anything but a valid token for storage */
export async function callerOf(cloud: Cloud, account: Resource, { headers }: Request): Promise<string> {
  if (/^SharedKey /i.test(headers.authorization ?? "") && account.properties.allowSharedKeyAccess === false)
    throw new BlobError("KeyBasedAuthenticationNotPermitted");
  if (account.properties.publicNetworkAccess === "Disabled") throw new BlobError("AuthorizationFailure");
  // It tells clients where to get a token.
  const challenge = {
    "WWW-Authenticate": `Bearer authorization_uri=https://login.microsoftonline.com/${cloud.deployer.tenantId}/oauth2/authorize resource_id=${storageAudience}`,
  };
  const token = bearerToken(headers.authorization);
  if (token === undefined) throw new BlobError("NoAuthenticationInformation", challenge);
  const principal = await entraPrincipal(cloud, token, [storageAudience]);
  if (principal === undefined) throw new BlobError("InvalidAuthenticationInfo", challenge);
  return principal.objectId;
}

/** Whether one of the caller's roles permits an operation on the container, or on a blob in it. */
export function allowed(
  { cloud, principalId }: Pick<BlobRequest, "cloud" | "principalId">,
  scope: string,
  operation: string,
  blob?: string,
): boolean {
  const kind = blob === undefined ? "action" : "dataAction";
  const facts = blob === undefined ? {} : { resource: { [`${containerType}/blobs:path`]: blob } };
  return cloud.authorization.allows(principalId, `${containerType}/${operation}`, scope, kind, facts);
}

/** @throws BlobError when none of the caller's roles permits it */
export function demand(target: BlobRequest, operation: string, blob?: string): void {
  if (!allowed(target, target.container, operation, blob)) throw new BlobError("AuthorizationPermissionMismatch");
}
