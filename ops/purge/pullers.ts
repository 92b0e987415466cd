/** Who may pull from a registry. An identity that no stack knows may belong to a cluster that nobody here sees. */
import type { Azure } from "../azure/signIn.ts";
import { roles } from "@tarmac/components/azure/builtInRoles";

/** The roles that are given to let nodes pull. */
const pullRoles: readonly string[] = [roles.acrPull, roles.containerRegistryRepositoryReader];

/**
 * Object ids of the applications, managed identities and groups that have a role for pulls on a registry or above it.
 * People run no nodes.
 */
export async function pullersOf(azure: Azure, registryId: string): Promise<string[]> {
  const { AuthorizationManagementClient } = await import("@azure/arm-authorization");
  const options = { endpoint: azure.endpoint, credentials: { scopes: azure.scopes } };
  const client = new AuthorizationManagementClient(azure.credential, azure.subscription, options);
  const found = new Set<string>();
  // atScope(): the registry itself and its parents.
  for await (const grant of client.roleAssignments.listForScope(registryId, { filter: "atScope()" })) {
    const role = grant.roleDefinitionId?.split("/").at(-1)?.toLowerCase() ?? "";
    if (pullRoles.includes(role) && grant.principalType !== "User") found.add(grant.principalId ?? "");
  }
  return [...found];
}
