/** Queries of the simulated Azure through Microsoft's own clients. */
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ContainerServiceClient } from "@azure/arm-containerservice";
import { ResourceManagementClient } from "@azure/arm-resources";
import { options, signIn } from "../../local/stack/deployerSignIn.ts";

/** Azure clients that are signed in as the stack's deployer. */
export function azure() {
  const { credential, subscription } = signIn();
  const { resourceGroups, resources } = new ResourceManagementClient(credential, subscription, options);
  const { roleAssignments, roleDefinitions } = new AuthorizationManagementClient(credential, subscription, options);
  const { registries } = new ContainerRegistryManagementClient(credential, subscription, options);
  const { managedClusters } = new ContainerServiceClient(credential, subscription, options);
  return { subscription, resourceGroups, resources, roleAssignments, roleDefinitions, registries, managedClusters };
}

/** Ids of all resource groups, resources and role assignments, except the deployer's own on the subscription. */
export async function azureInventory(): Promise<string[]> {
  const found: string[] = [];
  const { subscription, resourceGroups, resources, roleAssignments } = azure();
  for await (const group of resourceGroups.list()) found.push(group.id ?? "");
  for await (const resource of resources.list()) found.push(resource.id ?? "");
  for await (const { id, scope } of roleAssignments.listForSubscription()) {
    if (scope !== `/subscriptions/${subscription}`) found.push(id ?? "");
  }
  return found;
}

/** Names and tags of the resource groups with a stack's tag. */
export async function groupsOf(stack: string): Promise<{ name: string; tags: Record<string, string> }[]> {
  const found = [];
  for await (const { name = "", tags = {} } of azure().resourceGroups.list()) {
    if (tags.stack === stack) found.push({ name, tags });
  }
  return found;
}

/** Ids of the resources with a stack's tag. */
export async function resourcesOf(stack: string): Promise<string[]> {
  const found: string[] = [];
  const filter = `tagName eq 'stack' and tagValue eq '${stack}'`;
  for await (const { id = "" } of azure().resources.list({ filter })) found.push(id);
  return found;
}

interface Grant {
  id: string;
  principalId: string;
  role: string;
  scope: string;
}

async function grantsBelow(resourceGroup: string): Promise<Grant[]> {
  const { subscription, roleAssignments, roleDefinitions } = azure();
  const prefix = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/`.toLowerCase();
  const grants: Grant[] = [];
  for await (const {
    id = "",
    principalId = "",
    roleDefinitionId = "",
    scope = "",
  } of roleAssignments.listForSubscription()) {
    if (!scope.toLowerCase().startsWith(prefix)) continue;
    const definition = await roleDefinitions.getById(roleDefinitionId);
    grants.push({ id, principalId, role: definition.roleName ?? "", scope });
  }
  return grants;
}

/** Role assignments on the resources of a type. */
export async function grantsOn(resourceGroup: string, type: string): Promise<{ principalId: string; role: string }[]> {
  return (await grantsBelow(resourceGroup))
    .filter(({ scope }) => scope.toLowerCase().includes(`/providers/${type}/`.toLowerCase()))
    .map(({ principalId, role }) => ({ principalId, role }));
}

/** Deletes all assignments of a role in a resource group, like a person in the portal. */
export async function revoke(resourceGroup: string, role: string): Promise<void> {
  const { roleAssignments } = azure();
  const found = (await grantsBelow(resourceGroup)).filter((grant) => grant.role === role);
  if (found.length === 0) throw new Error(`${role} is not assigned in ${resourceGroup}`);
  for (const { id } of found) await roleAssignments.deleteById(id);
}
