/** Microsoft.ManagedIdentity: user-assigned identities and their federated credentials. */
import { describeType, inResourceGroup } from "./describeType.ts";

const identities = `${inResourceGroup}/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}`;

export const userAssignedIdentity = describeType({
  token: "azure-native:managedidentity:UserAssignedIdentity",
  path: identities,
  autoName: "random",
  required: ["location"],
  replaceOnChange: ["location"],
});

export const federatedIdentityCredential = describeType({
  token: "azure-native:managedidentity:FederatedIdentityCredential",
  path: `${identities}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`,
  autoName: "copy",
  names: { federatedIdentityCredentialResourceName: { pattern: /^[a-zA-Z0-9]{1}[a-zA-Z0-9-_]{2,119}$/ } },
  required: ["audiences", "issuer", "subject"],
});
