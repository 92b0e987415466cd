/** Finds and deletes a stack's leftovers in Azure with Microsoft's clients. */
import type { GenericResourceExpanded, ResourceManagementClient } from "@azure/arm-resources";
import { apiVersionOf, existing } from "../azure/azureResources.ts";
import { isOf, type Marks } from "../azure/marks.ts";
import { accessToken, refusalOf } from "../azure/registryAccess.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { principalOf, registryPassword, signIn, type Azure, type AzureSettings } from "../azure/signIn.ts";
import type { Group, Inventory } from "./context.ts";

const clientOptions = ({ endpoint, scopes }: Azure) => ({ endpoint, credentials: { scopes } });

/** @throws CouldNotRun saying why Azure cannot be reached */
export async function azureInventory(
  settings: AzureSettings,
  env: NodeJS.ProcessEnv = process.env,
  abortSignal?: AbortSignal,
): Promise<Inventory> {
  const azure = await signIn(settings, env);
  const [{ ResourceManagementClient }, { AuthorizationManagementClient }] = await Promise.all([
    import("@azure/arm-resources"),
    import("@azure/arm-authorization"),
  ]);
  const resources = new ResourceManagementClient(azure.credential, azure.subscription, clientOptions(azure));
  const { roleAssignments } = new AuthorizationManagementClient(
    azure.credential,
    azure.subscription,
    clientOptions(azure),
  );
  return {
    async groups(of) {
      const found: Group[] = [];
      for await (const { id = "", name = "", tags = {} } of resources.resourceGroups.list({
        filter: "tagName eq 'managed-by' and tagValue eq 'tarmac'",
        abortSignal,
      })) {
        if (isOf(tags, of)) found.push({ id, name, tags });
      }
      return found;
    },
    async resources(of) {
      return (await resourcesOf(resources, of, abortSignal)).map(({ id = "" }) => id);
    },
    async grants(ids) {
      const there = await Promise.all(
        ids.map((id) => existing(roleAssignments.getById(id, { abortSignal })).then((grant) => grant !== undefined)),
      );
      return ids.filter((_, i) => there[i]);
    },
    async deleteGroup(name) {
      await existing(resources.resourceGroups.delete(name, { abortSignal }));
    },
    async deleteResource(id) {
      const version = await apiVersionOf(resources, id);
      await existing(resources.resources.deleteById(id, version, { abortSignal }));
    },
    async deleteGrant(id) {
      await existing(roleAssignments.deleteById(id, { abortSignal }));
    },
    registries: () => registriesOf(azure, settings),
    async deleteRepository(loginServer, repository) {
      if (!(await registriesOf(azure, settings)).has(loginServer))
        throw new CouldNotRun(
          `${loginServer} is not a registry of subscription ${azure.subscription}: no token is sent to it`,
        );
      return deleteRepository(azure, loginServer, repository);
    },
    principal: () => principalOf(azure),
  };
}

async function registriesOf(azure: Azure, { registry }: AzureSettings): Promise<ReadonlySet<string>> {
  const { ContainerRegistryManagementClient } = await import("@azure/arm-containerregistry");
  const client = (subscription: string) =>
    new ContainerRegistryManagementClient(azure.credential, subscription, clientOptions(azure)).registries;
  const found = new Set<string>();
  for await (const { loginServer } of client(azure.subscription).list()) {
    if (loginServer !== undefined) found.add(loginServer);
  }
  if (registry !== undefined) {
    const { name, group, subscription = azure.subscription } = registry;
    const named = await existing(client(subscription).get(group, name));
    if (named?.loginServer !== undefined) found.add(named.loginServer);
  }
  return found;
}

async function resourcesOf(
  client: ResourceManagementClient,
  of: Marks,
  abortSignal?: AbortSignal,
): Promise<GenericResourceExpanded[]> {
  const found: GenericResourceExpanded[] = [];
  const filter = `tagName eq 'stack' and tagValue eq '${of.stack}'`;
  for await (const resource of client.resources.list({ filter, abortSignal })) {
    // A cluster's nodes inherit its tags, and are deleted with it.
    if (resource.managedBy === undefined && isOf(resource.tags ?? {}, of)) found.push(resource);
  }
  return found;
}

/**
 * Deletes a repository of an Azure container registry, with all its tags and manifests.
 * https://learn.microsoft.com/rest/api/containerregistry/repository/delete
 */
async function deleteRepository(azure: Azure, loginServer: string, repository: string): Promise<boolean> {
  const refreshToken = await registryPassword(azure, loginServer);
  const { token } = await accessToken(loginServer, refreshToken, repository, ["delete"]);
  const deleted = await fetch(`https://${loginServer}/acr/v1/${repository}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(60_000),
  });
  if (deleted.status === 404) return false;
  if (deleted.status === 401 || deleted.status === 403) throw refusalOf(loginServer, ["delete"]);
  if (!deleted.ok) throw new CouldNotRun(`${loginServer} answers ${deleted.status} to the deletion of ${repository}`);
  return true;
}
