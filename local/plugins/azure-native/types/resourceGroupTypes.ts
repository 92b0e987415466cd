/** Microsoft.Resources: resource groups, and generic resources of any type and version. */
import { describeType, usualTopLevel } from "./describeType.ts";

/** These two types pass `properties` through as it is: a group has only its provisioning state there. */
const topLevel = [...usualTopLevel, "properties"];

/** The rule for a resource group's name, which is a part of every other type's id. */
const resourceGroupNameRule = { minLength: 1, maxLength: 90 };

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
