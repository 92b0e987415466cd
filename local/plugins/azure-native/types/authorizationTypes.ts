/** Microsoft.Authorization: role assignments and locks. */
import { describeType } from "./describeType.ts";

export const roleAssignment = describeType({
  token: "azure-native:authorization:RoleAssignment",
  path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  autoName: "uuid",
  required: ["principalId", "roleDefinitionId"],
  // Not roleDefinitionId: the official plugin sends that as an update, which Azure then refuses.
  replaceOnChange: ["principalId"],
});

export const managementLock = describeType({
  token: "azure-native:authorization:ManagementLockByScope",
  path: "/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
  autoName: "random",
  required: ["level"],
});
