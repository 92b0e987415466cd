/** Microsoft.Resources: resource groups, deployments of templates, and generic resources of any type and version. */
import { describeType, inResourceGroup, usualTopLevel } from "./describeType.ts";

/** These types pass `properties` through as it is: a group has only its provisioning state there. */
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

export const templateDeployment = describeType({
  token: "azure-native:resources:Deployment",
  path: `${inResourceGroup}/Microsoft.Resources/deployments/{deploymentName}`,
  autoName: "random",
  names: {
    resourceGroupName: resourceGroupNameRule,
    deploymentName: { minLength: 1, maxLength: 64, pattern: /^[-\w.()]+$/ },
  },
  required: ["properties", "properties.mode"],
  topLevel,
  nestedReadOnly: [
    "properties.correlationId",
    "properties.dependencies",
    "properties.duration",
    "properties.error",
    "properties.onErrorDeployment.provisioningState",
    "properties.outputResources",
    "properties.outputs",
    "properties.providers",
    "properties.provisioningState",
    "properties.templateHash",
    "properties.timestamp",
    "properties.validatedResources",
  ],
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
