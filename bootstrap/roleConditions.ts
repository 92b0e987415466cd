/**
 * Conditions that narrow a role assignment, in Azure's condition format, version 2.0.
 *
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */

/**
 * Allows granting and revoking these roles only, so that an identity that may assign roles cannot extend its own rights.
 * @param roleIds role definition ids (the GUID part)
 */
export function onlyTheseRoles(roleIds: readonly string[]): string {
  const roles = `{${[...roleIds].sort().join(", ")}}`;
  const limit = (action: "write" | "delete", source: "@Request" | "@Resource") =>
    or(
      not(`Microsoft.Authorization/roleAssignments/${action}`),
      `${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ${roles}`,
    );
  // The request holds the role to grant; the existing assignment holds the role to revoke.
  return `${limit("write", "@Request")}\nAND\n${limit("delete", "@Resource")}`;
}

/**
 * Limits the data action that reads custom resources in a cluster to some API groups. Azure evaluates these attributes in
 * preview. Where it does not, the condition allows no custom resource.
 *
 * https://learn.microsoft.com/azure/aks/entra-id-authorization
 */
export function onlyTheseApiGroups(groups: readonly string[]): string {
  const names = [...groups].sort().map((group) => `'${group}'`);
  const attribute = "@Request[Microsoft.ContainerService/managedClusters/customResources:group]";
  return or(not(customResourcesRead), `${attribute} ForAnyOfAnyValues:StringEqualsIgnoreCase {${names.join(", ")}}`);
}

/** The data action that reads custom resources of any kind: Azure has none for a single kind. */
export const customResourcesRead = "Microsoft.ContainerService/managedClusters/customresources/read";

const not = (action: string) => `!(ActionMatches{'${action}'})`;
const or = (exempt: string, limit: string) => `(\n (\n  ${exempt}\n )\n OR\n (\n  ${limit}\n )\n)`;
