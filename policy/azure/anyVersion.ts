/**
 * `azure-native:resources:Resource`: a resource of any type in any API version, as which is made what the SDK's own type
 * cannot express. What is said of a registry or a cluster holds for it in this form, too.
 */

const anyVersion = /^azure-native:resources(?:\/\w+)?:Resource$/;

/** The SDK's own types of those that anything here is said about. */
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

/** A type in an API version that is named: `azure-native:containerregistry/v20251101:Registry`. */
const inNamedVersion = /^(azure-native:\w+)\/v\d+(?:preview)?(:\w+)$/;

/**
 * The type of a resource, as the SDK calls it.
 * @param type as the state has it
 * @param inputs of the resource: they say what one of any version is
 */
export function ownType(type: string, inputs: unknown): string {
  if (!isAnyVersion(type)) return type.replace(inNamedVersion, "$1$2");
  if (typeof inputs !== "object" || inputs === null) return type;
  const { resourceProviderNamespace, resourceType, parentResourcePath } = inputs as Record<string, unknown>;
  if (typeof resourceProviderNamespace !== "string" || typeof resourceType !== "string") return type;
  // A child of a resource is something else than its parent.
  if (parentResourcePath !== undefined && parentResourcePath !== "") return type;
  return ownTypes[`${resourceProviderNamespace}/${resourceType}`.toLowerCase()] ?? type;
}
