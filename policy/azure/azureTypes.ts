import { type Spot, step } from "../propertyValues.ts";

/**
 * azure-native's types, in the default API version ("azure-native:containerservice:X") or an explicit one
 * ("azure-native:containerservice/v20250101:X").
 */
const token = /^azure-native:(\w+)(?:\/\w+)?:(\w+)$/;

/** Returns e.g. "containerservice:ManagedCluster"; `undefined` for another provider's type. */
export function azureType(type: string): string | undefined {
  const [, service, name] = token.exec(type) ?? [];
  return service === undefined ? undefined : `${service}:${name}`;
}

export const isRegistry = (type: string): boolean => azureType(type) === "containerregistry:Registry";
export const isCluster = (type: string): boolean => azureType(type) === "containerservice:ManagedCluster";
export const isVault = (type: string): boolean => azureType(type) === "keyvault:Vault";
export const isRoleAssignment = (type: string): boolean => azureType(type) === "authorization:RoleAssignment";

/** Whether a cluster is of AKS Automatic, which sets by itself what other clusters have to set. */
export const isAutomatic = (cluster: Spot): boolean => step(cluster, "sku", "name").value === "Automatic";
