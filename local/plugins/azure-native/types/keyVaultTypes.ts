/** Microsoft.KeyVault: vaults, and keys in them. */
import { describeType, inResourceGroup, usualTopLevel } from "./describeType.ts";

const vaults = `${inResourceGroup}/Microsoft.KeyVault/vaults/{vaultName}`;
/** The SDK passes `properties` through as it is. */
const topLevel = [...usualTopLevel, "properties"];
const vaultName = { pattern: /^[a-zA-Z0-9-]{3,24}$/ };

export const vault = describeType({
  token: "azure-native:keyvault:Vault",
  path: vaults,
  autoName: "random",
  names: { vaultName },
  required: ["location", "properties", "properties.sku", "properties.tenantId"],
  topLevel,
  nestedReadOnly: [
    "properties.hsmPoolResourceId",
    "properties.privateEndpointConnections",
    "properties.provisioningState",
    "properties.vaultUri",
  ],
  replaceOnChange: ["location", "properties.tenantId"],
});

export const key = describeType({
  token: "azure-native:keyvault:Key",
  path: `${vaults}/keys/{keyName}`,
  autoName: "copy",
  names: { vaultName, keyName: { pattern: /^[a-zA-Z0-9-]{1,127}$/ } },
  required: ["properties"],
  topLevel,
  leftOnDelete: true,
});
