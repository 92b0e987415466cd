/** Single Azure resources by id: whether they exist, their state, and their deletion. */
import type { ResourceManagementClient } from "@azure/arm-resources";
import { CouldNotRun } from "../couldNotRun.ts";
import { signIn, type AzureSettings } from "./signIn.ts";

export interface FoundResource {
  tags: Record<string, string>;
  /** `undefined` for a type without a provisioning state; this counts as succeeded. */
  provisioningState?: string;
}

/** Fields that Azure returns for any resource. */
interface Seen {
  tags?: Record<string, string>;
  properties?: { provisioningState?: unknown };
}

export interface AzureResources {
  subscription: string;
  /** `undefined` if no resource has this id. */
  find(id: string): Promise<FoundResource | undefined>;
  /** Deletes the resource, and waits until it is gone. */
  delete(id: string): Promise<void>;
}

/** @throws CouldNotRun saying why Azure cannot be reached */
export async function azureResources(
  settings: AzureSettings,
  env: NodeJS.ProcessEnv = process.env,
): Promise<AzureResources> {
  const azure = await signIn(settings, env);
  const { ResourceManagementClient } = await import("@azure/arm-resources");
  const client = new ResourceManagementClient(azure.credential, azure.subscription, {
    endpoint: azure.endpoint,
    credentials: { scopes: azure.scopes },
  });
  return {
    subscription: azure.subscription,
    async find(id) {
      const group = groupIn(id);
      const found: Seen | undefined =
        group === undefined
          ? await existing(client.resources.getById(id, await apiVersionOf(client, id)))
          : await existing(client.resourceGroups.get(group));
      if (found === undefined) return undefined;
      const state = found.properties?.provisioningState;
      return { tags: found.tags ?? {}, ...(typeof state !== "string" ? {} : { provisioningState: state }) };
    },
    async delete(id) {
      const group = groupIn(id);
      await existing(
        group === undefined
          ? client.resources.deleteById(id, await apiVersionOf(client, id))
          : client.resourceGroups.delete(group),
      );
    },
  };
}

/** The name of the resource group if the id is a resource group's. */
const groupIn = (id: string) => /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)$/i.exec(id)?.[1];

/** The newest stable API version of a type: generic calls need one. @throws CouldNotRun */
export async function apiVersionOf(client: ResourceManagementClient, id: string): Promise<string> {
  // For an extension resource such as a role assignment, the last provider in the id counts.
  const [, namespace = "", path = ""] = /.*\/providers\/([^/]+)\/(.+)$/i.exec(id) ?? [];
  const type = path
    .split("/")
    .filter((_, index) => index % 2 === 0)
    .join("/");
  const { resourceTypes = [] } = await client.providers.get(namespace);
  const { apiVersions = [] } =
    resourceTypes.find(({ resourceType }) => resourceType?.toLowerCase() === type.toLowerCase()) ?? {};
  const version = apiVersions.find((candidate) => !candidate.includes("preview")) ?? apiVersions[0];
  if (version === undefined) throw new CouldNotRun(`Azure names no API version for ${namespace}/${type}`);
  return version;
}

/** `undefined` if the resource does not exist. */
export async function existing<T>(asked: PromiseLike<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}
