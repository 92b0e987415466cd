/** Microsoft.Authorization: role assignments and locks. */
import type { ResourceType } from "./resourceType.ts";

export const roleAssignment: ResourceType = {
  token: "azure-native:authorization:RoleAssignment",
  path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  apiVersion: "2022-04-01",
  autoName: "uuid",
  required: ["principalId", "roleDefinitionId"],
  envelope: { inputs: [], readOnly: ["name", "type", "systemData"] },
  properties: {
    inputs: [
      "condition",
      "conditionVersion",
      "delegatedManagedIdentityResourceId",
      "description",
      "principalId",
      "principalType",
      "roleDefinitionId",
    ],
    readOnly: ["scope", "createdBy", "createdOn", "updatedBy", "updatedOn"],
  },
  // Not roleDefinitionId: the official plugin sends that as an update, which Azure then refuses.
  replaceOnChange: ["principalId"],
};

export const managementLock: ResourceType = {
  token: "azure-native:authorization:ManagementLockByScope",
  path: "/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
  apiVersion: "2020-05-01",
  autoName: "random",
  required: ["level"],
  envelope: { inputs: [], readOnly: ["name", "type", "systemData"] },
  properties: { inputs: ["level", "notes", "owners"], readOnly: [] },
};
