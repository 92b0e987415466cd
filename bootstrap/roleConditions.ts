/**
 * Conditions that narrow a role assignment, in Azure's language for them (version 2.0).
 *
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */

/**
 * Only these roles may be given and taken: for somebody who may assign roles, and shall not make himself more than he is.
 * @param roleIds role definition ids (the GUID part)
 */
export function onlyTheseRoles(roleIds: readonly string[]): string {
  const roles = `{${[...roleIds].sort().join(", ")}}`;
  const limit = (action: "write" | "delete", source: "@Request" | "@Resource") =>
    or(
      not(`Microsoft.Authorization/roleAssignments/${action}`),
      `${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ${roles}`,
    );
  // What is to be given stands in the request, what is to be taken in the assignment that is there.
  return `${limit("write", "@Request")}\nAND\n${limit("delete", "@Resource")}`;
}

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/**
 * Everything may be read, and only the state of an environment's stacks written. Pulumi keeps it below `.pulumi/`: `stacks`,
 * `history`, `backups` (all by PROJECT/STACK) and `locks` (by organization/PROJECT/STACK).
 * @param project Pulumi project
 * @param environment its stacks are called like it, or begin with it and "-"
 */
export function onlyStateOf(project: string, environment: string): string {
  const writes = ["write", "add/action", "delete", "move/action"].map((action) => `${blobs}/${action}`);
  // After the stack's name comes a file's ending or a folder's end, or the rest of a longer name.
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
