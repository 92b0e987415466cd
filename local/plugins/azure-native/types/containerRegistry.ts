/** Microsoft.ContainerRegistry: registries and their replications. */
import { inResourceGroup } from "./resourceType.ts";
import type { ResourceType } from "./resourceType.ts";

const registries = `${inResourceGroup}/Microsoft.ContainerRegistry/registries/{registryName}`;
const registryNameRule = { minLength: 5, maxLength: 50, pattern: /^[a-zA-Z0-9]*$/ };

export const registry: ResourceType = {
  token: "azure-native:containerregistry:Registry",
  path: registries,
  apiVersion: "2023-01-01-preview",
  autoName: "random",
  names: { registryName: registryNameRule },
  required: [
    "location",
    "sku",
    "sku.name",
    "networkRuleSet.defaultAction",
    "networkRuleSet.ipRules[].iPAddressOrRange",
  ],
  envelope: { inputs: ["identity", "location", "sku", "tags"], readOnly: ["name", "type", "systemData"] },
  properties: {
    inputs: [
      "adminUserEnabled",
      "anonymousPullEnabled",
      "dataEndpointEnabled",
      "encryption",
      "networkRuleBypassOptions",
      "networkRuleSet",
      "policies",
      "publicNetworkAccess",
      "zoneRedundancy",
    ],
    readOnly: [
      "creationDate",
      "dataEndpointHostNames",
      "loginServer",
      "privateEndpointConnections",
      "provisioningState",
      "status",
    ],
  },
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
};

export const replication: ResourceType = {
  token: "azure-native:containerregistry:Replication",
  path: `${registries}/replications/{replicationName}`,
  apiVersion: "2024-11-01-preview",
  autoName: "copy",
  names: { registryName: registryNameRule, replicationName: registryNameRule },
  required: ["location"],
  envelope: { inputs: ["location", "tags"], readOnly: ["name", "type", "systemData"] },
  properties: { inputs: ["regionEndpointEnabled", "zoneRedundancy"], readOnly: ["provisioningState", "status"] },
  replaceOnChange: ["location"],
};
