/** Microsoft.KeyVault: vaults, and keys in them. */
import { inResourceGroup } from "./resourceType.ts";
import type { ResourceType } from "./resourceType.ts";

const apiVersion = "2024-11-01";
const vaults = `${inResourceGroup}/Microsoft.KeyVault/vaults/{vaultName}`;
const vaultName = { pattern: /^[a-zA-Z0-9-]{3,24}$/ };

export const vault: ResourceType = {
  token: "azure-native:keyvault:Vault",
  path: vaults,
  apiVersion,
  autoName: "random",
  names: { vaultName },
  required: ["location", "properties", "properties.sku", "properties.tenantId"],
  // The SDK leaves `properties` as it is.
  envelope: { inputs: ["location", "properties", "tags"], readOnly: ["name", "type", "systemData"] },
  properties: { inputs: [], readOnly: [] },
  nestedReadOnly: [
    "properties.hsmPoolResourceId",
    "properties.privateEndpointConnections",
    "properties.provisioningState",
    "properties.vaultUri",
  ],
  replaceOnChange: ["location", "properties.tenantId"],
};

export const key: ResourceType = {
  token: "azure-native:keyvault:Key",
  path: `${vaults}/keys/{keyName}`,
  apiVersion,
  autoName: "copy",
  names: { vaultName, keyName: { pattern: /^[a-zA-Z0-9-]{1,127}$/ } },
  required: ["properties"],
  envelope: { inputs: ["properties", "tags"], readOnly: ["name", "type", "location"] },
  properties: {
    inputs: [],
    readOnly: [
      "attributes",
      "curveName",
      "keyOps",
      "keySize",
      "keyUri",
      "keyUriWithVersion",
      "kty",
      "releasePolicy",
      "rotationPolicy",
    ],
  },
  inputOnly: ["properties"],
  leftOnDelete: true,
};
