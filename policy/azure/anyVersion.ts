/**
 * `azure-native:resources:Resource` is a resource of any type in any API version. Programs use it where the SDK's own
 * type has no suitable version. The rules about a registry or a cluster apply to this form too.
 */

const anyVersion = /^azure-native:resources(?:\/\w+)?:Resource$/;

/** The SDK's own types that the rules are about. */
const ownTypes: Readonly<Record<string, string>> = {
  "microsoft.compute/disks": "azure-native:compute:Disk",
  "microsoft.containerregistry/registries": "azure-native:containerregistry:Registry",
  "microsoft.containerservice/managedclusters": "azure-native:containerservice:ManagedCluster",
  "microsoft.keyvault/vaults": "azure-native:keyvault:Vault",
  "microsoft.managedidentity/userassignedidentities": "azure-native:managedidentity:UserAssignedIdentity",
  "microsoft.network/natgateways": "azure-native:network:NatGateway",
  "microsoft.network/privatednszones": "azure-native:privatedns:PrivateZone",
  "microsoft.network/privateendpoints": "azure-native:network:PrivateEndpoint",
  "microsoft.network/publicipaddresses": "azure-native:network:PublicIPAddress",
  "microsoft.network/virtualnetworks": "azure-native:network:VirtualNetwork",
  "microsoft.operationalinsights/workspaces": "azure-native:operationalinsights:Workspace",
  "microsoft.storage/storageaccounts": "azure-native:storage:StorageAccount",
};

export const isAnyVersion = (type: string): boolean => anyVersion.test(type);

/** A type with an explicit API version: `azure-native:containerregistry/v20251101:Registry`. */
const inNamedVersion = /^(azure-native:\w+)\/v\d+(?:preview)?(:\w+)$/;

/**
 * Returns the SDK's type of a resource.
 * @param type the type in the state
 * @param inputs inputs of the resource: they contain the real type of a generic resource
 */
export function ownType(type: string, inputs: unknown): string {
  if (!isAnyVersion(type)) return type.replace(inNamedVersion, "$1$2");
  if (typeof inputs !== "object" || inputs === null) return type;
  const { resourceProviderNamespace, resourceType, parentResourcePath } = inputs as Record<string, unknown>;
  if (typeof resourceProviderNamespace !== "string" || typeof resourceType !== "string") return type;
  // A child resource has another type than its parent.
  if (parentResourcePath !== undefined && parentResourcePath !== "") return type;
  return ownTypes[`${resourceProviderNamespace}/${resourceType}`.toLowerCase()] ?? type;
}
