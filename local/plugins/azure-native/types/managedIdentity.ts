/** Microsoft.ManagedIdentity: user-assigned identities, and whose tokens they are signed in with. */
import { inResourceGroup } from "./resourceType.ts";
import type { ResourceType } from "./resourceType.ts";

const identities = `${inResourceGroup}/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}`;

export const userAssignedIdentity: ResourceType = {
  token: "azure-native:managedidentity:UserAssignedIdentity",
  path: identities,
  apiVersion: "2023-01-31",
  autoName: "random",
  required: ["location"],
  envelope: { inputs: ["location", "tags"], readOnly: ["name", "type", "systemData"] },
  properties: { inputs: [], readOnly: ["clientId", "principalId", "tenantId"] },
  replaceOnChange: ["location"],
};

export const federatedIdentityCredential: ResourceType = {
  token: "azure-native:managedidentity:FederatedIdentityCredential",
  path: `${identities}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`,
  apiVersion: "2023-01-31",
  autoName: "copy",
  names: { federatedIdentityCredentialResourceName: { pattern: /^[a-zA-Z0-9]{1}[a-zA-Z0-9-_]{2,119}$/ } },
  required: ["audiences", "issuer", "subject"],
  envelope: { inputs: [], readOnly: ["name", "type", "systemData"] },
  properties: { inputs: ["audiences", "issuer", "subject"], readOnly: [] },
};
