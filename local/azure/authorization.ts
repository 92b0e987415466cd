/**
 * Azure RBAC. One evaluation decides about requests to the Resource Manager, about pushes and pulls, and whether a control plane may assign
 * the kubelet's identity.
 */
import { type Facts, parseCondition } from "@tarmac/validate/assignmentCondition";
import type { Deployer } from "./deployer.ts";
import { authorizationFailed } from "./armErrors.ts";
import type { Inventory } from "./inventory.ts";
import { asObjects, asString } from "./jsonValues.ts";
import { isWithin, subscriptionId } from "./resourcePath.ts";
import { findRole, permits, type Role, roleDefinitionDoesNotExist, roleGuid, roles } from "./azureRoles.ts";

export const roleAssignmentType = "Microsoft.Authorization/roleAssignments";
export const roleDefinitionType = "Microsoft.Authorization/roleDefinitions";
const ownerRole = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/** A role given to a principal at a scope. */
export interface Assignment {
  id: string;
  scope: string;
  principalId: string;
  roleDefinitionId: string;
  /** When it takes effect, in milliseconds since the epoch. Later than its creation when a propagation delay is set. */
  effectiveAt: number;
  createdAt: string;
  /** Limits the role. */
  condition?: string | undefined;
}

export class Authorization {
  readonly #inventory: Inventory;
  readonly #deployer: Deployer;

  constructor(inventory: Inventory, deployer: Deployer) {
    this.#inventory = inventory;
    this.#deployer = deployer;
  }

  /**
   * All assignments. The deployer's own comes first: it belongs to the environment, is not in the inventory and cannot be revoked.
   */
  assignments(): Assignment[] {
    const scope = subscriptionId(this.#deployer.subscriptionId);
    const built: Assignment = {
      id: `${scope}/providers/${roleAssignmentType}/${this.#deployer.objectId}`,
      scope,
      principalId: this.#deployer.objectId,
      roleDefinitionId: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${ownerRole}`,
      effectiveAt: 0,
      createdAt: new Date(0).toISOString(),
    };
    const created = this.#inventory.ofType(roleAssignmentType).map(({ resource, inner, createdAt }) => ({
      id: resource.id,
      scope: asString(resource.properties.scope) ?? "",
      principalId: asString(resource.properties.principalId) ?? "",
      roleDefinitionId: asString(resource.properties.roleDefinitionId) ?? "",
      effectiveAt: typeof inner.effectiveAt === "number" ? inner.effectiveAt : 0,
      createdAt,
      condition: asString(resource.properties.condition),
    }));
    return [built, ...created];
  }

  /** The built-in roles, and the custom roles that exist now. */
  roles(): Role[] {
    return [...roles, ...this.#customRoles()];
  }

  #customRoles(): Role[] {
    return this.#inventory.ofType(roleDefinitionType).map(({ resource: { id, properties } }): Role => {
      const permissions = asObjects(properties.permissions) as Record<string, string[]>[];
      const all = (kind: string) => permissions.flatMap((one) => one[kind] ?? []);
      return {
        id: roleGuid(id),
        name: asString(properties.roleName) ?? "",
        description: asString(properties.description) ?? "",
        actions: all("actions"),
        notActions: all("notActions"),
        dataActions: all("dataActions"),
        notDataActions: all("notDataActions"),
        assignableScopes: properties.assignableScopes as string[],
      };
    });
  }

  /** The role of that id. @throws ArmError 404 with Resource Manager's message when there is none */
  role(roleDefinitionId: string): Role {
    const role = this.#findRole(roleDefinitionId);
    if (role === undefined) throw roleDefinitionDoesNotExist(roleDefinitionId);
    return role;
  }

  #findRole(roleDefinitionId: string): Role | undefined {
    const guid = roleGuid(roleDefinitionId);
    return findRole(guid) ?? this.#customRoles().find(({ id }) => id === guid);
  }

  /**
   * Whether one of the principal's roles at the scope or above it permits the action now.
   * @param facts what conditions can refer to
   */
  allows(
    principalId: string,
    action: string,
    scope: string,
    kind: "action" | "dataAction" = "action",
    facts: Facts = {},
  ): boolean {
    const now = Date.now();
    return this.assignments().some((assignment) => {
      if (assignment.principalId.toLowerCase() !== principalId.toLowerCase()) return false;
      if (assignment.effectiveAt > now || !isWithin(scope, assignment.scope)) return false;
      const role = this.#findRole(assignment.roleDefinitionId);
      if (role === undefined || !permits(role, action, kind)) return false;
      return assignment.condition === undefined || parseCondition(assignment.condition)(action, facts);
    });
  }

  /** @throws 403 AuthorizationFailed with ARM's message when the caller lacks the permission */
  demand(caller: { objectId: string; appId: string }, action: string, scope: string, facts: Facts = {}): void {
    if (!this.allows(caller.objectId, action, scope, "action", facts)) throw authorizationFailed(caller, action, scope);
  }
}
