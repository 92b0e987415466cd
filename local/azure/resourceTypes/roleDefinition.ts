/** `Microsoft.Authorization/roleDefinitions`: custom roles. The built-in ones are no resources: see ../roleDefinitionRequests.ts. */
import { ArmError, guidProblem, invalidRequestContent } from "../armErrors.ts";
import { roleDefinitionType } from "../authorization.ts";
import { findRole, roleGuid } from "../azureRoles.ts";
import { asObject, asObjects, asString, type JsonObject } from "../jsonValues.ts";
import { isWithin } from "../resourcePath.ts";
import type { ResourceType } from "./resourceType.ts";

export const roleDefinition: ResourceType = {
  type: roleDefinitionType,
  apiVersions: ["2015-07-01", "2018-01-01-preview", "2022-04-01", "2022-05-01-preview"],
  tracked: false,
  checkName: (name) => guidProblem("InvalidRoleDefinitionId", "role definition ID", name),
  put: ({ cloud, id, name, scope, body, existing, caller }) => {
    const properties = asObject(body.properties) ?? {};
    const roleName = asString(properties.roleName);
    if (roleName === undefined || roleName === "") throw invalidRequestContent("properties.roleName is missing");
    if (findRole(name) !== undefined)
      throw new ArmError(400, "RoleDefinitionUpdateNotPermitted", `The built-in role '${name}' cannot be changed.`);
    const scopes = Array.isArray(properties.assignableScopes) ? properties.assignableScopes.map(String) : [];
    if (!scopes.some((one) => isWithin(scope, one)))
      throw new ArmError(
        400,
        "InvalidAssignableScope",
        `The assignable scopes of the role definition do not include the scope '${scope}' of the request.`,
      );
    const same = cloud.authorization.roles().find((role) => role.name.toLowerCase() === roleName.toLowerCase());
    if (same !== undefined && same.id !== roleGuid(id))
      throw new ArmError(
        409,
        "RoleDefinitionWithSameNameExists",
        `A custom role with the same name already exists in this directory. Use a different name.`,
      );
    const now = new Date().toISOString();
    return {
      resource: {
        properties: {
          roleName,
          type: "CustomRole",
          description: asString(properties.description) ?? null,
          assignableScopes: scopes,
          permissions: permissionsIn(properties),
          createdOn: existing?.createdAt ?? now,
          updatedOn: now,
          createdBy: existing?.resource.properties.createdBy ?? caller.objectId,
          updatedBy: caller.objectId,
        },
      },
    };
  },
  checkRemoval: (cloud, { resource }) => {
    const given = cloud.authorization
      .assignments()
      .filter((one) => roleGuid(one.roleDefinitionId) === roleGuid(resource.id));
    if (given.length > 0)
      throw new ArmError(
        400,
        "RoleDefinitionHasAssignments",
        "There are existing role assignments referencing role. Remove them before deleting the role.",
      );
  },
};

/** With every list that Azure shows. */
function permissionsIn({ permissions }: JsonObject): JsonObject[] {
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return asObjects(permissions).map(({ actions, notActions, dataActions, notDataActions }) => ({
    actions: list(actions),
    notActions: list(notActions),
    dataActions: list(dataActions),
    notDataActions: list(notDataActions),
  }));
}
