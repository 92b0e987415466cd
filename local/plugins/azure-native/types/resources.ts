/** Microsoft.Resources: resource groups, and resources of any type by the version of it that the program names. */
import type { ResourceType } from "./resourceType.ts";

/** Every other type is named below a resource group, and the group's own rule holds for all of them. */
export const resourceGroupNameRule = { minLength: 1, maxLength: 90 };

export const resourceGroup: ResourceType = {
  token: "azure-native:resources:ResourceGroup",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
  apiVersion: "2024-03-01",
  autoName: "random",
  names: { resourceGroupName: resourceGroupNameRule },
  required: ["location"],
  // The one type whose `properties` is an output as it stands: it holds nothing but the provisioning state.
  envelope: { inputs: ["location", "managedBy", "tags"], readOnly: ["name", "type", "properties"] },
  properties: { inputs: [], readOnly: [] },
  replaceOnChange: ["location"],
};

export const genericResource: ResourceType = {
  token: "azure-native:resources:Resource",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/{resourceProviderNamespace}/{parentResourcePath}/{resourceType}/{resourceName}",
  apiVersion: "2024-03-01",
  versionIsInput: true,
  autoName: "random",
  names: { resourceGroupName: resourceGroupNameRule },
  required: ["apiVersion"],
  // Whatever the type has stands in `properties`, as it is.
  envelope: {
    inputs: ["extendedLocation", "identity", "kind", "location", "managedBy", "plan", "properties", "sku", "tags"],
    readOnly: ["name", "type"],
  },
  properties: { inputs: [], readOnly: [] },
  nestedReadOnly: ["identity.principalId", "identity.tenantId"],
};
