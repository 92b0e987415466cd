/** What the signed-in identity may do at a scope: role assignments with their conditions, and eligible roles. */
import { type Condition, parseCondition } from "@tarmac/validate/assignmentCondition";
import type { ResourceReader } from "../azure/resourceReader.ts";
import { allows, type Permission } from "../doctor/azure/rolePermissions.ts";

const assignmentVersion = "2022-04-01";
const scheduleVersion = "2020-10-01";
const denyVersion = "2022-04-01";

interface Role {
  name: string;
  permissions: Permission[];
}

interface Granted extends Role {
  /** Undefined: the whole role. "unreadable": a condition that cannot be evaluated here. */
  condition?: Condition | "unreadable";
}

/** How an action is allowed: "eligible" means after activating the named role. */
export type Allowed =
  | { answer: "yes" }
  | { answer: "no" }
  | { answer: "eligible"; role: string; roleDefinitionId: string }
  | { answer: "unknown"; why: string };

export interface CallerRights {
  /** Object id of the signed-in identity. */
  objectId: string;
  /**
   * @param attributes of the role assignment that the action would write, by attribute name
   * @throws AzureRefused if role assignments cannot be read
   */
  may(action: string, scope: string, attributes?: Readonly<Record<string, string>>): Promise<Allowed>;
}

/** @param objectId of the signed-in identity */
export function callerRights(azure: ResourceReader, objectId: string): CallerRights {
  const definitions = new Map<string, Promise<Role>>();
  const role = (id: string) => {
    const known = definitions.get(id) ?? readRole(azure, id);
    definitions.set(id, known);
    return known;
  };
  const scopes = new Map<string, Promise<AtScope>>();
  const at = (scope: string) => {
    const known = scopes.get(scope) ?? readScope(azure, scope, objectId, role);
    scopes.set(scope, known);
    return known;
  };
  return {
    objectId,
    async may(action, scope, attributes = {}) {
      const { granted, eligible, denied } = await at(scope);
      if (denied.some((permissions) => allows(permissions, action, "action"))) return { answer: "no" };
      const able = granted.filter(({ permissions }) => allows(permissions, action, "action"));
      const decides = ({ condition }: Granted) =>
        condition === undefined || (condition !== "unreadable" && condition(action, { request: attributes }));
      if (able.some(decides)) return { answer: "yes" };
      const unreadable = able.find(({ condition }) => condition === "unreadable");
      if (unreadable !== undefined)
        return { answer: "unknown", why: `the condition on the role ${unreadable.name} cannot be evaluated` };
      for (const { roleDefinitionId, permissions, name } of eligible)
        if (allows(permissions, action, "action")) return { answer: "eligible", role: name, roleDefinitionId };
      return { answer: "no" };
    },
  };
}

interface AtScope {
  granted: Granted[];
  eligible: (Role & { roleDefinitionId: string })[];
  denied: Permission[][];
}

interface AssignmentProperties {
  roleDefinitionId: string;
  condition?: string | null;
}

async function readScope(
  azure: ResourceReader,
  scope: string,
  objectId: string,
  role: (id: string) => Promise<Role>,
): Promise<AtScope> {
  const list = <T>(kind: string, version: string, filter: string) =>
    azure.list<{ properties: T }>(`${scope}/providers/Microsoft.Authorization/${kind}`, version, { $filter: filter });
  // assignedTo() includes the identity's groups.
  const [assignments, eligible, denied] = await Promise.all([
    list<AssignmentProperties>("roleAssignments", assignmentVersion, `atScope() and assignedTo('${objectId}')`),
    // Without Privileged Identity Management in the tenant, Azure answers with an error: then no role is eligible.
    list<AssignmentProperties>("roleEligibilityScheduleInstances", scheduleVersion, "asTarget()").catch(() => []),
    list<DenyProperties>("denyAssignments", denyVersion, "atScope()"),
  ]);
  return {
    granted: await Promise.all(
      assignments.map(async ({ properties: { roleDefinitionId, condition } }) => ({
        ...(await role(roleDefinitionId)),
        ...(condition === null || condition === undefined ? {} : { condition: readCondition(condition) }),
      })),
    ),
    eligible: await Promise.all(
      eligible.map(async ({ properties: { roleDefinitionId } }) => ({
        ...(await role(roleDefinitionId)),
        roleDefinitionId,
      })),
    ),
    denied: denied
      .filter(({ properties }) => isDenied(properties, objectId))
      .map(({ properties }) => properties.permissions),
  };
}

interface DenyProperties {
  permissions: Permission[];
  principals: { id: string }[];
  excludePrincipals?: { id: string }[];
}

/** The all-zeros id means all principals. The identity's groups are not resolved. */
const everyone = "00000000-0000-0000-0000-000000000000";

const isDenied = ({ principals, excludePrincipals = [] }: DenyProperties, objectId: string): boolean =>
  principals.some(({ id }) => id === everyone || id === objectId) &&
  !excludePrincipals.some(({ id }) => id === objectId);

function readCondition(condition: string): Condition | "unreadable" {
  try {
    return parseCondition(condition);
  } catch {
    return "unreadable";
  }
}

async function readRole(azure: ResourceReader, id: string): Promise<Role> {
  const { properties } = await azure.get<{ properties: { roleName: string; permissions: Permission[] } }>(
    id,
    assignmentVersion,
  );
  return { name: properties.roleName, permissions: properties.permissions };
}
