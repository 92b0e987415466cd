/** Registries of the simulated Azure, each with another fault in who may pull. */
import { randomUUID } from "node:crypto";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ContainerServiceClient } from "@azure/arm-containerservice";
import { ResourceManagementClient } from "@azure/arm-resources";
import { options, signIn } from "../../../local/stack/azureSignIn.ts";
import { setDelays } from "../../../local/stack/simulation.ts";
import type { Outputs } from "../stack.ts";
import { type AzureFault, azureFaults } from "./case.ts";

const acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";

/**
 * Their login servers, by fault.
 * @param stack whose cluster's identities are granted what they should not be, or not what they should
 */
export async function makeAzureRegistries(stack: Outputs, suffix: string): Promise<Record<AzureFault, string>> {
  const { credential, subscription } = signIn();
  const groups = new ResourceManagementClient(credential, subscription, options).resourceGroups;
  const registries = new ContainerRegistryManagementClient(credential, subscription, options).registries;
  const { roleAssignments } = new AuthorizationManagementClient(credential, subscription, options);
  const clusters = new ContainerServiceClient(credential, subscription, options).managedClusters;
  const group = `doctor-${suffix}`;
  const location = "westeurope";
  const cluster = await clusters.get(stack.resourceGroup, stack.clusterName);
  const kubelet = cluster.identityProfile?.kubeletidentity;
  const [controlPlane] = Object.values(cluster.identity?.userAssignedIdentities ?? {});
  await groups.createOrUpdate(group, { location });
  const loginServers: Partial<Record<AzureFault, string>> = {};
  const grant = (scope: string, principalId: string | undefined, principalType: string) =>
    roleAssignments.create(scope, randomUUID(), {
      principalId: principalId ?? "",
      principalType,
      roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${acrPull}`,
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
    // Azure looks no id up when it is told that it is a group's: so this mistake passes.
    if (fault === "clientId") await grant(scope, kubelet?.clientId, "Group");
    if (fault === "abac") await grant(scope, kubelet?.objectId, "ServicePrincipal");
    if (fault === "fresh") {
      await setDelays({ grantPropagationSeconds: 3600 });
      await grant(scope, kubelet?.objectId, "ServicePrincipal").finally(() => setDelays({}));
    }
  }
  return loginServers as Record<AzureFault, string>;
}
