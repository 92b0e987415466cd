/** Microsoft.ContainerRegistry: registries and their replications. */
import { describeType, inResourceGroup } from "./describeType.ts";

const registries = `${inResourceGroup}/Microsoft.ContainerRegistry/registries/{registryName}`;
const registryNameRule = { minLength: 5, maxLength: 50, pattern: /^[a-zA-Z0-9]*$/ };

const registryDescription = {
  path: registries,
  autoName: "random",
  names: { registryName: registryNameRule },
  required: [
    "location",
    "sku",
    "sku.name",
    "networkRuleSet.defaultAction",
    "networkRuleSet.ipRules[].iPAddressOrRange",
  ],
  nestedReadOnly: [
    "encryption.keyVaultProperties.keyRotationEnabled",
    "encryption.keyVaultProperties.lastKeyRotationTimestamp",
    "encryption.keyVaultProperties.versionedKeyIdentifier",
    "policies.retentionPolicy.lastUpdatedTime",
    "policies.softDeletePolicy.lastUpdatedTime",
    "sku.tier",
  ],
  replaceOnChange: ["location"],
  renamed: { "networkRuleSet.ipRules[].iPAddressOrRange": "value" },
} as const satisfies Partial<Parameters<typeof describeType>[0]>;

/** In the SDK's default version: states of before, and look-ups. */
export const registry = describeType({ ...registryDescription, token: "azure-native:containerregistry:Registry" });

/** The additions are those of Microsoft's client for this version, @azure/arm-containerregistry. */
export const registryWithRoleMode = describeType({
  ...registryDescription,
  token: "azure-native:containerregistry/v20251101:Registry",
  laterVersion: { apiVersion: "2025-11-01", inputs: ["networkRuleBypassAllowedForTasks", "roleAssignmentMode"] },
});

export const replication = describeType({
  token: "azure-native:containerregistry:Replication",
  path: `${registries}/replications/{replicationName}`,
  autoName: "copy",
  names: { registryName: registryNameRule, replicationName: registryNameRule },
  required: ["location"],
  replaceOnChange: ["location"],
});
