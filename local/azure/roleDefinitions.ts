/** `Microsoft.Authorization/roleDefinitions`: the built-in roles, read-only. */
import type { Cloud } from "./cloud.ts";
import type { Reply, Request } from "./httpMessages.ts";
import type { JsonObject } from "./jsonValues.ts";
import { page } from "./lists.ts";
import { subscriptionId } from "./resourcePath.ts";
import { requireRole, type Role, roles } from "./azureRoles.ts";

/** Answers `GET {scope}/providers/Microsoft.Authorization/roleDefinitions[/{id}]`; the roles are the same at every scope. */
export function roleDefinitions(cloud: Cloud, request: Request, name: string | undefined): Reply {
  if (name === undefined)
    return page(
      request,
      matching(request.query.get("$filter")).map((role) => present(cloud, role)),
    );
  return { status: 200, body: present(cloud, requireRole(name)) };
}

function matching(filter: string | null): readonly Role[] {
  const name = /roleName\s+eq\s+'([^']*)'/i.exec(filter ?? "")?.[1]?.toLowerCase();
  const custom = /type\s+eq\s+'CustomRole'/i.test(filter ?? "");
  if (custom) return [];
  return name === undefined ? roles : roles.filter((role) => role.name.toLowerCase() === name);
}

/** The full id of a role in the subscription. @param role its GUID */
export const roleDefinitionId = (cloud: Cloud, role: string): string =>
  `${subscriptionId(cloud.deployer.subscriptionId)}/providers/Microsoft.Authorization/roleDefinitions/${role}`;

function present(cloud: Cloud, role: Role): JsonObject {
  return {
    id: roleDefinitionId(cloud, role.id),
    type: "Microsoft.Authorization/roleDefinitions",
    name: role.id,
    properties: {
      roleName: role.name,
      type: "BuiltInRole",
      description: role.description,
      assignableScopes: ["/"],
      permissions: [
        {
          actions: role.actions,
          notActions: role.notActions ?? [],
          dataActions: role.dataActions ?? [],
          notDataActions: [],
        },
      ],
    },
  };
}
