/** Microsoft.Authorization: role assignments, custom roles and locks. */
import { describeType } from "./describeType.ts";

export const roleAssignment = describeType({
  token: "azure-native:authorization:RoleAssignment",
  path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  autoName: "uuid",
  required: ["principalId", "roleDefinitionId"],
  // Without roleDefinitionId: the official plugin sends that change as an update, which Azure refuses.
  replaceOnChange: ["principalId"],
});

export const roleDefinition = describeType({
  token: "azure-native:authorization:RoleDefinition",
  path: "/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
  autoName: "uuid",
  nestedReadOnly: ["permissions[].condition", "permissions[].conditionVersion"],
  renamed: { roleType: "type" },
});

export const managementLock = describeType({
  token: "azure-native:authorization:ManagementLockByScope",
  path: "/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
  autoName: "random",
  required: ["level"],
});
