/** Microsoft.Storage: accounts, their lifecycle policy, their blob service and its containers. */
import { describeType, inResourceGroup } from "./describeType.ts";

const accounts = `${inResourceGroup}/Microsoft.Storage/storageAccounts/{accountName}`;
const accountName = { minLength: 3, maxLength: 24, pattern: /^[a-z0-9]+$/ };

export const storageAccount = describeType({
  token: "azure-native:storage:StorageAccount",
  path: accounts,
  autoName: "random",
  names: { accountName },
  required: ["kind", "location", "sku", "sku.name"],
  nestedReadOnly: [
    "encryption.keyVaultProperties.currentVersionedKeyExpirationTimestamp",
    "encryption.keyVaultProperties.currentVersionedKeyIdentifier",
    "encryption.keyVaultProperties.lastKeyRotationTimestamp",
    "encryption.services.blob.lastEnabledTime",
    "encryption.services.file.lastEnabledTime",
    "encryption.services.queue.lastEnabledTime",
    "encryption.services.table.lastEnabledTime",
    "identity.principalId",
    "identity.tenantId",
    "sku.tier",
  ],
  replaceOnChange: ["location", "isHnsEnabled", "enableNfsV3"],
  renamed: {
    enableHttpsTrafficOnly: "supportsHttpsTrafficOnly",
    enableNfsV3: "isNfsV3Enabled",
    networkRuleSet: "networkAcls",
  },
});

export const blobService = describeType({
  token: "azure-native:storage:BlobServiceProperties",
  path: `${accounts}/blobServices/{blobServicesName}`,
  autoName: "copy",
  names: { accountName },
  nestedReadOnly: ["restorePolicy.lastEnabledTime", "restorePolicy.minRestoreTime"],
  alwaysThere: true,
  leftOnDelete: true,
});

export const managementPolicy = describeType({
  token: "azure-native:storage:ManagementPolicy",
  path: `${accounts}/managementPolicies/{managementPolicyName}`,
  autoName: "copy",
  names: { accountName },
  required: ["policy", "policy.rules"],
});

export const blobContainer = describeType({
  token: "azure-native:storage:BlobContainer",
  path: `${accounts}/blobServices/default/containers/{containerName}`,
  autoName: "copy",
  names: { accountName, containerName: { minLength: 3, maxLength: 63 } },
  nestedReadOnly: ["immutableStorageWithVersioning.migrationState", "immutableStorageWithVersioning.timeStamp"],
});
