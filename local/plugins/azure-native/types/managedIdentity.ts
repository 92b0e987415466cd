/** Microsoft.ManagedIdentity: user-assigned identities. */
import { inResourceGroup } from "./resourceType.ts";
import type { ResourceType } from "./resourceType.ts";

export const userAssignedIdentity: ResourceType = {
  token: "azure-native:managedidentity:UserAssignedIdentity",
  path: `${inResourceGroup}/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}`,
  apiVersion: "2023-01-31",
  autoName: "random",
  required: ["location"],
  envelope: { inputs: ["location", "tags"], readOnly: ["name", "type", "systemData"] },
  properties: { inputs: [], readOnly: ["clientId", "principalId", "tenantId"] },
  replaceOnChange: ["location"],
};
