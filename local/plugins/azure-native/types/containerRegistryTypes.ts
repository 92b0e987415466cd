/** Microsoft.ContainerRegistry: registries and their replications. */
import { describeType, inResourceGroup } from "./describeType.ts";

const registries = `${inResourceGroup}/Microsoft.ContainerRegistry/registries/{registryName}`;
const registryNameRule = { minLength: 5, maxLength: 50, pattern: /^[a-zA-Z0-9]*$/ };

export const registry = describeType({
  token: "azure-native:containerregistry:Registry",
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
});

export const replication = describeType({
  token: "azure-native:containerregistry:Replication",
  path: `${registries}/replications/{replicationName}`,
  autoName: "copy",
  names: { registryName: registryNameRule, replicationName: registryNameRule },
  required: ["location"],
  replaceOnChange: ["location"],
});
