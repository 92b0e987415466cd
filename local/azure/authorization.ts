/**
 * Azure RBAC: who may do what where. The same evaluation decides over requests to the Resource Manager, over pushes and pulls, and over
 * whether a control plane may hand out the kubelet's identity.
 */
import { type Facts, parseCondition } from "./assignmentConditions.ts";
import type { Deployer } from "./deployer.ts";
import { authorizationFailed } from "./armErrors.ts";
import type { Inventory } from "./inventory.ts";
import { asString } from "./jsonValues.ts";
import { isWithin, subscriptionId } from "./resourcePath.ts";
import { findRole, permits } from "./builtInRoles.ts";

export const roleAssignmentType = "Microsoft.Authorization/roleAssignments";
const ownerRole = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/** A role given to a principal at a scope. */
export interface Assignment {
  id: string;
  scope: string;
  principalId: string;
  roleDefinitionId: string;
  /** When it begins to count, milliseconds since the epoch: a grant needs time to propagate when a delay was asked for. */
  effectiveAt: number;
  createdAt: string;
  /** Narrows the role. */
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
   * Every assignment. The deployer's own comes first; it belongs to the environment, stands in no inventory and cannot be taken away.
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

  /**
   * Whether one of the principal's roles at the scope, or above it, permits the action by now.
   * @param facts what conditions may ask about
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
      const role = findRole(assignment.roleDefinitionId);
      if (role === undefined || !permits(role, action, kind)) return false;
      return assignment.condition === undefined || parseCondition(assignment.condition)(action, facts);
    });
  }

  /** @throws 403 AuthorizationFailed in ARM's words when the caller may not. */
  demand(caller: { objectId: string; appId: string }, action: string, scope: string, facts: Facts = {}): void {
    if (!this.allows(caller.objectId, action, scope, "action", facts)) throw authorizationFailed(caller, action, scope);
  }
}
