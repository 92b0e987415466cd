/** Registries of the simulated Azure, each with a different fault in its pull rights. */
import { randomUUID } from "node:crypto";
import { roles } from "../../../components/azure/builtInRoles.ts";
import { setDelays } from "../../../local/stack/simulation.ts";
import { azure } from "../azureQueries.ts";
import type { Outputs } from "../localStack.ts";
import { type AzureFault, azureFaults } from "./faultCase.ts";

/**
 * Their login servers, by fault.
 * @param stack whose cluster's identities are granted what they should not be, or not what they should
 */
export async function makeAzureRegistries(stack: Outputs, suffix: string): Promise<Record<AzureFault, string>> {
  const { subscription, resourceGroups, registries, roleAssignments, managedClusters } = azure();
  const group = `doctor-${suffix}`;
  const location = "westeurope";
  const cluster = await managedClusters.get(stack.resourceGroup, stack.clusterName);
  const kubelet = cluster.identityProfile?.kubeletidentity;
  const [controlPlane] = Object.values(cluster.identity?.userAssignedIdentities ?? {});
  await resourceGroups.createOrUpdate(group, { location });
  const loginServers: Partial<Record<AzureFault, string>> = {};
  const grant = (scope: string, principalId: string | undefined, principalType: string) =>
    roleAssignments.create(scope, randomUUID(), {
      principalId: principalId ?? "",
      principalType,
      roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roles.acrPull}`,
    });
  for (const fault of azureFaults) {
    const registry = await registries.create(group, `doctor${fault.toLowerCase()}${suffix}`, {
      location,
      sku: { name: "Premium" },
      ...(fault === "abac" ? { roleAssignmentMode: "AbacRepositoryPermissions" } : {}),
    });
    loginServers[fault] = registry.loginServer ?? "";
    const scope = registry.id ?? "";
    if (fault === "controlPlane") await grant(scope, controlPlane?.principalId, "ServicePrincipal");
    // Azure does not look up the id if the request says that it is a group's, so it accepts this mistake.
    if (fault === "clientId") await grant(scope, kubelet?.clientId, "Group");
    if (fault === "abac") await grant(scope, kubelet?.objectId, "ServicePrincipal");
    if (fault === "fresh") {
      await setDelays({ grantPropagationSeconds: 3600 });
      await grant(scope, kubelet?.objectId, "ServicePrincipal").finally(() => setDelays({}));
    }
  }
  return loginServers as Record<AzureFault, string>;
}
