/**
 * The access rights to a vault's own service: by roles, or by the vault's access policies if it is not in the role mode. Rights in the
 * Resource Manager do not count.
 * https://learn.microsoft.com/azure/key-vault/general/rbac-guide
 */
import { isWithin, parseRange } from "@tarmac/validate/addressRange";
import type { Cloud } from "../cloud.ts";
import type { Principal } from "../directory.ts";
import { issuerOf } from "../entra.ts";
import { bearerToken, type Request } from "../httpMessages.ts";
import type { Resource } from "../inventory.ts";
import { asObject, asObjects, asString } from "../jsonValues.ts";
import { vaultAudience } from "../metadata.ts";
import { vaultType } from "../azureHosts.ts";
import { hasPrivateEndpoint } from "../resourceTypes/privateEndpoint.ts";
import { forbidden, VaultError } from "./vaultErrors.ts";

/** A right in both forms: the data action after `vaults/`, and the permission of an access policy. */
export interface VaultRight {
  action: string;
  kind: "keys" | "secrets";
  permission: string;
}

/** @throws VaultError 401 with the challenge that tells clients where to get a token */
export async function callerOf(cloud: Cloud, { headers }: Request): Promise<Principal> {
  const refused = (message: string) =>
    new VaultError(401, "Unauthorized", message, undefined, {
      "WWW-Authenticate": `Bearer authorization="https://login.microsoftonline.com/${cloud.deployer.tenantId}", resource="${vaultAudience}"`,
    });
  const token = bearerToken(headers.authorization);
  if (token === undefined) throw refused("AKV10000: Request is missing a Bearer or PoP token.");
  const claims = await cloud.tokens.verify(token, issuerOf(cloud)).catch(() => undefined);
  if (claims === undefined) throw refused("AKV10046: Unable to resolve the key used for signature validation.");
  const audience = String(claims.aud);
  if (audience.replace(/\/$/, "") !== vaultAudience)
    throw refused(`AKV10022: Invalid audience. Expected ${vaultAudience}, found: ${audience}.`);
  const caller = cloud.directory.find(asString(claims.oid) ?? "");
  if (caller === undefined) throw refused("AKV10032: Invalid issuer.");
  return caller;
}

/** The public address of everything on this machine, as a vault sees it: of a range for documentation. */
export const machineAddress = "203.0.113.250";

/**
 * Checks the vault's network rules. The node reaches it through a private endpoint, if there is one; everything else, and the node without
 * one, by the address of this machine.
 * https://learn.microsoft.com/azure/key-vault/general/network-security
 * @throws VaultError 403
 */
export function demandConnection(cloud: Cloud, caller: Principal, vault: Resource, fromNode: boolean): void {
  if (fromNode && hasPrivateEndpoint(cloud, vault.id)) return;
  const said = `Caller: ${described(cloud, caller)}\r\nVault: ${vault.name};location=${vault.location ?? ""}`;
  if (vault.properties.publicNetworkAccess === "Disabled")
    throw forbidden(
      `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n${said}`,
      "ForbiddenByConnection",
    );
  const acls = asObject(vault.properties.networkAcls);
  const address = parseRange(`${machineAddress}/32`);
  const allowed = asObjects(acls?.ipRules).some(({ value }) => {
    const range = parseRange(String(value).includes("/") ? String(value) : `${String(value)}/32`);
    return range !== undefined && address !== undefined && isWithin(address, range);
  });
  if (acls?.defaultAction !== "Deny" || allowed) return;
  throw forbidden(
    `Client address is not authorized and caller is not a trusted service.\r\nClient address: ${machineAddress}\r\n${said}`,
    "ForbiddenByFirewall",
  );
}

/** @param scope resource id of the vault, or of the key or secret @throws VaultError 403 */
export function demand(cloud: Cloud, caller: Principal, vault: Resource, scope: string, right: VaultRight): void {
  if (vault.properties.enableRbacAuthorization === true) {
    const action = `${vaultType}/${right.action}`;
    if (cloud.authorization.allows(caller.objectId, action, scope, "dataAction")) return;
    throw forbidden(
      "Caller is not authorized to perform action on resource.\r\n" +
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n" +
        `Caller: ${described(cloud, caller)}\r\nAction: '${action}'\r\nResource: '${scope.toLowerCase()}'\r\n` +
        `Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null \r\nVault: ${vault.name};location=${vault.location ?? ""}\r\n`,
      "ForbiddenByRbac",
    );
  }
  const allowed = asObjects(vault.properties.accessPolicies).some((policy) => {
    const granted = asObject(policy.permissions)?.[right.kind];
    return (
      asString(policy.objectId)?.toLowerCase() === caller.objectId.toLowerCase() &&
      Array.isArray(granted) &&
      granted.some((name) => String(name).toLowerCase() === right.permission.toLowerCase() || name === "all")
    );
  });
  if (!allowed)
    throw forbidden(
      `The user, group or application '${described(cloud, caller)}' does not have ${right.kind} ${right.permission} permission on key vault '${vault.name};location=${vault.location ?? ""}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
      "AccessDenied",
    );
}

const described = (cloud: Cloud, { appId, objectId }: Principal) =>
  `appid=${appId};oid=${objectId};iss=https://sts.windows.net/${cloud.deployer.tenantId}/`;
