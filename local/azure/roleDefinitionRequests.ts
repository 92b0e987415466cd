/** Reads `Microsoft.Authorization/roleDefinitions`: the built-in roles, and the custom ones. */
import type { Cloud } from "./cloud.ts";
import type { Reply, Request } from "./httpMessages.ts";
import type { JsonObject } from "./jsonValues.ts";
import { page } from "./lists.ts";
import { subscriptionId } from "./resourcePath.ts";
import type { Role } from "./azureRoles.ts";

/** Answers `GET {scope}/providers/Microsoft.Authorization/roleDefinitions[/{id}]`. The simulation shows every role at every scope. */
export function roleDefinitions(cloud: Cloud, request: Request, name: string | undefined): Reply {
  if (name === undefined)
    return page(
      request,
      matching(cloud.authorization.roles(), request.query.get("$filter")).map((role) => present(cloud, role)),
    );
  return { status: 200, body: present(cloud, cloud.authorization.role(name)) };
}

function matching(roles: readonly Role[], filter: string | null): readonly Role[] {
  const name = /roleName\s+eq\s+'([^']*)'/i.exec(filter ?? "")?.[1]?.toLowerCase();
  const kind = /type\s+eq\s+'([^']*)'/i.exec(filter ?? "")?.[1]?.toLowerCase();
  return roles.filter(
    (role) =>
      (name === undefined || role.name.toLowerCase() === name) &&
      (kind === undefined || kindOf(role).toLowerCase() === kind),
  );
}

const kindOf = ({ assignableScopes }: Role) => (assignableScopes === undefined ? "BuiltInRole" : "CustomRole");

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
      type: kindOf(role),
      description: role.description,
      assignableScopes: role.assignableScopes ?? ["/"],
      permissions: [
        {
          actions: role.actions,
          notActions: role.notActions ?? [],
          dataActions: role.dataActions ?? [],
          notDataActions: role.notDataActions ?? [],
        },
      ],
    },
  };
}
