/** Principals of a simulated Azure besides its deployer, and their roles. */
import { randomUUID } from "node:crypto";
import type { SimulatedAzure } from "../../../../local/azure/simulatedAzure.ts";
import { clients, type Environment, roleGuids, roleId, simulation, startWithGroup } from "./testAzure.ts";

/** Assigns a role to an existing principal, perhaps narrowed by a condition. */
export async function giveRole(
  azure: SimulatedAzure,
  scope: string,
  principalId: string,
  role: string,
  condition?: string,
): Promise<void> {
  await clients(azure).authorization.roleAssignments.create(scope, randomUUID(), {
    principalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: roleId(azure, role),
    ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
  });
}

export interface Identity {
  id: string;
  principalId: string;
  clientId: string;
}

/** A user-assigned identity in the resource group `rg`. */
export async function newIdentity(azure: SimulatedAzure, name: string): Promise<Identity> {
  const { userAssignedIdentities } = clients(azure).identities;
  const made = await userAssignedIdentities.createOrUpdate("rg", name, { location: "swedencentral" });
  const { id = "", principalId = "", clientId = "" } = made;
  return { id, principalId, clientId };
}

/** A principal that signs in with a secret. */
export interface User {
  objectId: string;
  clientId: string;
  clientSecret: string;
}

/** A user with some roles at a scope. */
export async function newUser(azure: SimulatedAzure, scope: string, roles: readonly string[]): Promise<User> {
  const created = (await simulation(azure, "POST", "servicePrincipals", { displayName: roles.join() })) as User;
  for (const role of roles) await giveRole(azure, scope, created.objectId, role);
  return created;
}

/** An authorization header with a user's Entra token. */
export async function authorization(
  azure: SimulatedAzure,
  user: { clientId: string; clientSecret: string },
  audience: string,
): Promise<{ Authorization: string }> {
  return { Authorization: `Bearer ${(await clients(azure, user).credential.getToken(`${audience}/.default`)).token}` };
}

/** Starts a simulated Azure with the group `rg` and the two identities of a cluster. Returns also the group's id. */
export async function startWithClusterIdentities(): Promise<{
  environment: Environment;
  group: string;
  control: Identity;
  kubelet: Identity;
}> {
  const { environment, group } = await startWithGroup();
  const control = await newIdentity(environment.azure, "control");
  const kubelet = await newIdentity(environment.azure, "kubelet");
  await giveRole(environment.azure, kubelet.id, control.principalId, roleGuids.managedIdentityOperator);
  return { environment, group, control, kubelet };
}
