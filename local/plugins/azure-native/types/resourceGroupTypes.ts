/** Microsoft.Resources: resource groups, and resources of any type by the version of it that the program names. */
import { describeType, usualTopLevel } from "./describeType.ts";

/** These two types pass `properties` through as it is: a group has only its provisioning state there. */
const topLevel = [...usualTopLevel, "properties"];

/** Every other type is named below a resource group, and the group's own rule holds for all of them. */
export const resourceGroupNameRule = { minLength: 1, maxLength: 90 };

export const resourceGroup = describeType({
  token: "azure-native:resources:ResourceGroup",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
  autoName: "random",
  names: { resourceGroupName: resourceGroupNameRule },
  required: ["location"],
  topLevel,
  replaceOnChange: ["location"],
});

export const genericResource = describeType({
  token: "azure-native:resources:Resource",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/{resourceProviderNamespace}/{parentResourcePath}/{resourceType}/{resourceName}",
  versionIsInput: true,
  autoName: "random",
  names: { resourceGroupName: resourceGroupNameRule },
  required: ["apiVersion"],
  topLevel,
  nestedReadOnly: ["identity.principalId", "identity.tenantId"],
});
