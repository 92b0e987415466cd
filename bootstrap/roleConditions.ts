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

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/**
 * Allows reading every state, but writing only the state of one environment's stacks. Pulumi keeps it below `.pulumi/` in
 * `stacks`, `history` and `backups` (each by PROJECT/STACK) and in `locks` (by organization/PROJECT/STACK).
 * @param project Pulumi project
 * @param environment name of its stacks, or their prefix before "-"
 */
export function onlyStateOf(project: string, environment: string): string {
  const writes = ["write", "add/action", "delete", "move/action"].map((action) => `${blobs}/${action}`);
  // After the environment's name comes a file extension, the end of a folder name, or "-" and the rest of a stack name.
  const paths = (["stacks", "history", "backups", "locks/organization"] as const).flatMap((kind) =>
    [kind === "stacks" ? "." : "/", "-"].map((next) => `.pulumi/${kind}/${project}/${environment}${next}*`),
  );
  return or(
    writes.map(not).join(" AND "),
    paths.map((path) => `@Resource[${blobs}:path] StringLike '${path}'`).join("\n  OR\n  "),
  );
}

const not = (action: string) => `!(ActionMatches{'${action}'})`;
const or = (exempt: string, limit: string) => `(\n (\n  ${exempt}\n )\n OR\n (\n  ${limit}\n )\n)`;
