/** The identities of a managed cluster: its control plane's, and its kubelets', which pull images. */
import { randomUUID } from "node:crypto";
import type { Cloud } from "../cloud.ts";
import type { Principal } from "../directory.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import type { Entry } from "../inventory.ts";
import { asObject, asString, isGiven, type JsonObject } from "../jsonValues.ts";
import { identityType } from "./userAssignedIdentity.ts";

const assignAction = `${identityType}/assign/action`;

/**
 * The `identity` block with the ids that Azure fills in.
 * @throws 400 when an identity does not exist, 403 when the caller may not assign it
 */
export function controlPlaneIdentity(
  cloud: Cloud,
  asked: JsonObject | undefined,
  existing: Entry | undefined,
  caller: Principal,
): JsonObject {
  const type = asString(asked?.type) ?? "None";
  if (type === "SystemAssigned") {
    const before = existing?.resource.identity;
    const principalId = before?.type === "SystemAssigned" ? before.principalId : randomUUID();
    return { type, principalId, tenantId: cloud.deployer.tenantId };
  }
  const ids = Object.keys(asObject(asked?.userAssignedIdentities) ?? {});
  const [id] = ids;
  if (type !== "UserAssigned" || id === undefined || ids.length > 1) {
    throw badRequest(
      `A managed cluster needs an identity of type SystemAssigned, or UserAssigned with exactly one identity; got '${type}' with ${ids.length}.`,
      "identity",
    );
  }
  const { resource } = requireIdentity(cloud, id);
  if (!cloud.authorization.allows(caller.objectId, assignAction, id)) {
    throw new ArmError(
      403,
      "LinkedAuthorizationFailed",
      `The client '${caller.appId}' with object id '${caller.objectId}' has permission to perform action 'Microsoft.ContainerService/managedClusters/write' ` +
        `on the cluster; however, it does not have permission to perform action '${assignAction}' on the linked scope(s) '${id}' or the linked scope(s) are invalid.`,
    );
  }
  const { principalId, clientId } = resource.properties;
  return { type, userAssignedIdentities: { [id]: { principalId, clientId } } };
}

/**
 * The `identityProfile` for an existing kubelet identity; undefined when AKS should create one.
 * @throws 400 with AKS's code when the control plane may not assign it: that needs Managed Identity Operator on it
 */
export function kubeletIdentityProfile(
  cloud: Cloud,
  asked: JsonObject | undefined,
  identity: JsonObject,
): JsonObject | undefined {
  const kubelet = asObject(asked?.kubeletidentity);
  const id = asString(kubelet?.resourceId);
  if (kubelet === undefined || id === undefined) return undefined;
  if (identity.type !== "UserAssigned") {
    throw new ArmError(
      400,
      "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster",
      "Custom kubelet identity is only supported on user assigned MSI cluster.",
    );
  }
  const { resource } = requireIdentity(cloud, id);
  const { principalId, clientId } = resource.properties;
  for (const [key, actual] of [
    ["objectId", principalId],
    ["clientId", clientId],
  ] as const) {
    if (isGiven(kubelet[key]) && kubelet[key] !== actual) {
      throw new ArmError(
        400,
        "CustomKubeletIdentityPropertyError",
        `The ${key} of the kubelet identity is '${asString(kubelet[key]) ?? ""}', but ${id} has '${asString(actual) ?? ""}'.`,
      );
    }
  }
  if (!controlPlaneMay(cloud, identity, assignAction, id)) {
    throw new ArmError(
      400,
      "CustomKubeletIdentityMissingPermissionError",
      "The cluster using user-assigned managed identity must be granted 'Managed Identity Operator' role to assign kubelet identity. " +
        "You can run 'az role assignment create --assignee <control-plane-identity-principal-id> --role 'Managed Identity Operator' --scope <kubelet-identity-resource-id>' " +
        "to grant the permission. See https://learn.microsoft.com/en-us/azure/aks/use-managed-identity#add-role-assignment",
    );
  }
  return { kubeletidentity: { resourceId: resource.id, clientId, objectId: principalId } };
}

/** Whether a cluster's user-assigned identity may perform an action. @param identity the `identity` block with the ids filled in */
export function controlPlaneMay(cloud: Cloud, identity: JsonObject, action: string, scope: string): boolean {
  const [controlPlane] = Object.values(asObject(identity.userAssignedIdentities) ?? {}).map(asObject);
  return cloud.authorization.allows(asString(controlPlane?.principalId) ?? "", action, scope);
}

function requireIdentity(cloud: Cloud, id: string): Entry {
  const entry = cloud.inventory.get(id);
  if (entry?.resource.type === identityType) return entry;
  throw new ArmError(
    400,
    "FailedIdentityOperation",
    `Identity operation for resource failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. ` +
      `Response: '{"error":{"code":"BadRequest","message":"Resource '${id}' was not found."}}'.'`,
  );
}
