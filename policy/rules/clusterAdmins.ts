import { isAutomatic, isCluster, isRoleAssignment } from "../azure/azureTypes.ts";
import type { StackOutcome, StackResource, StackRule } from "../rule.ts";
import { notKnown, step } from "../propertyValues.ts";

/** Azure Kubernetes Service RBAC Cluster Admin. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const adminRole = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";

export const clusterAdmins: StackRule = {
  on: "stack",
  id: "cluster-admins",
  title: "A cluster has more administrators than one identity",
  reason:
    "with Azure RBAC, Contributor and even Owner have no rights inside the cluster: if only the first deployer administers it, everybody who deploys or diagnoses later, such as CI after a person, gets 403",
  fix: "assign Azure Kubernetes Service RBAC Cluster Admin to a group, or to each deployer (the setting clusterAdmins: the type of each principal by its object id)",
  reference: "https://learn.microsoft.com/azure/aks/manage-azure-rbac",
  severity: "medium",
  level: "advisory",
  check: (resources) => {
    const admins = resources.filter(({ type }) => isRoleAssignment(type)).filter(mayAdminister);
    // If the stack assigns no admins, the role comes from elsewhere, such as a management group.
    if (admins.length === 0) return [];
    return resources
      .filter(({ type }) => isCluster(type))
      .filter(
        ({ properties }) =>
          // AKS Automatic always has Azure RBAC.
          isAutomatic(properties) || step(properties, "aadProfile", "enableAzureRBAC").value === true,
      )
      .flatMap((cluster) => outcomesOf(cluster, admins));
  },
};

/**
 * The role that an assignment grants. Its id contains that of the scope, which the preview of a new stack does not know yet: there,
 * the component tells which role its assignments grant.
 */
function roleOf({ urn, properties }: StackResource): unknown {
  const { value } = step(properties, "roleDefinitionId");
  // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
  const component = urn.split("::")[2]?.split("$").at(-2) ?? "";
  if (value !== notKnown || !component.startsWith("tarmac:azure:")) return value;
  return component === "tarmac:azure:ClusterAccess" ? adminRole : "another role";
}

const mayAdminister = (resource: StackResource): boolean => {
  const role = roleOf(resource);
  return role === notKnown || (typeof role === "string" && role.toLowerCase().endsWith(adminRole));
};

function outcomesOf(cluster: StackResource, admins: readonly StackResource[]): StackOutcome[] {
  const principals = admins.map((admin) => ({
    role: roleOf(admin),
    type: step(admin.properties, "principalType").value,
    id: step(admin.properties, "principalId").value,
  }));
  const known = principals.filter(({ role }) => role !== notKnown);
  if (known.some(({ type }) => type === "Group")) return [];
  const ids = new Set(known.map(({ id }) => (typeof id === "string" ? id.toLowerCase() : id)));
  if (ids.size > 1) return [];
  const path = "aadProfile";
  const { id, type } = known[0] ?? {};
  if (known.length < principals.length || typeof id !== "string" || typeof type !== "string")
    return [{ resource: cluster, path, undecided: true }];
  return [{ resource: cluster, path, problem: `only the ${type} "${id}" administers the cluster` }];
}
