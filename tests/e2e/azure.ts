/** The simulated Azure as the tests see it: through Microsoft's own clients. */
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ResourceManagementClient } from "@azure/arm-resources";
import { options, signIn } from "../../local/stack/azureSignIn.ts";

const resourceManager = () => {
  const { credential, subscription } = signIn();
  return new ResourceManagementClient(credential, subscription, options);
};

const authorization = () => {
  const { credential, subscription } = signIn();
  return { client: new AuthorizationManagementClient(credential, subscription, options), subscription };
};

/** Ids of all resource groups, resources and role assignments but the deployer's own on the subscription. */
export async function azureInventory(): Promise<string[]> {
  const found: string[] = [];
  for await (const group of resourceManager().resourceGroups.list()) found.push(group.id ?? "");
  for await (const resource of resourceManager().resources.list()) found.push(resource.id ?? "");
  const { client, subscription } = authorization();
  for await (const { id, scope } of client.roleAssignments.listForSubscription()) {
    if (scope !== `/subscriptions/${subscription}`) found.push(id ?? "");
  }
  return found;
}

interface Grant {
  id: string;
  principalId: string;
  role: string;
  scope: string;
}

async function grantsBelow(resourceGroup: string): Promise<Grant[]> {
  const { client, subscription } = authorization();
  const prefix = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/`.toLowerCase();
  const grants: Grant[] = [];
  for await (const {
    id = "",
    principalId = "",
    roleDefinitionId = "",
    scope = "",
  } of client.roleAssignments.listForSubscription()) {
    if (!scope.toLowerCase().startsWith(prefix)) continue;
    const definition = await client.roleDefinitions.getById(roleDefinitionId);
    grants.push({ id, principalId, role: definition.roleName ?? "", scope });
  }
  return grants;
}

/** Who holds which role on the resources of a type. */
export async function grantsOn(resourceGroup: string, type: string): Promise<{ principalId: string; role: string }[]> {
  return (await grantsBelow(resourceGroup))
    .filter(({ scope }) => scope.toLowerCase().includes(`/providers/${type}/`.toLowerCase()))
    .map(({ principalId, role }) => ({ principalId, role }));
}

/** Takes a role away, as somebody would in the portal. */
export async function revoke(resourceGroup: string, role: string): Promise<void> {
  const { client } = authorization();
  const found = (await grantsBelow(resourceGroup)).filter((grant) => grant.role === role);
  if (found.length === 0) throw new Error(`nobody holds ${role} in ${resourceGroup}`);
  for (const { id } of found) await client.roleAssignments.deleteById(id);
}
