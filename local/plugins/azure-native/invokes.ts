/** Functions of the package: the signed-in identity, tokens, credentials of a cluster, and existing resources. */
import { toJson } from "../rpc/wireValues.ts";
import type { Properties } from "../rpc/wireValues.ts";
import type { ResourceManager } from "./managerClient.ts";
import { responseOutputs } from "./body.ts";
import { readClaims } from "./cloudEndpoints.ts";
import type { Endpoints, TokenSource } from "./cloudEndpoints.ts";
import type { Waiter } from "./pollOperation.ts";
import { resourceId } from "./idTemplate.ts";
import type { Settings } from "./providerSettings.ts";
import { registry } from "./types/containerRegistryTypes.ts";
import { managedCluster } from "./types/containerServiceTypes.ts";
import { userAssignedIdentity } from "./types/managedIdentityTypes.ts";
import { genericResource, resourceGroup } from "./types/resourceGroupTypes.ts";
import { inVersion } from "./types/describeType.ts";
import type { ResourceType } from "./types/describeType.ts";

/** What functions need. */
export interface Session {
  settings: Settings;
  endpoints: Endpoints;
  token: TokenSource;
  manager: ResourceManager;
}

type Invoke = (session: Session, args: Properties, waiter: Waiter) => Promise<Properties>;

/** Like the official plugin, reads the claims of a token for Microsoft Graph. */
const getClientConfig: Invoke = async ({ settings, endpoints, token }, _args, waiter) => {
  const claims = readClaims(await token(endpoints.graph, waiter.signal));
  if (claims.objectId === undefined) {
    throw new Error("the access token has no claim oid, so the object id of the signed-in principal is unknown");
  }
  return {
    clientId: claims.clientId ?? settings.clientId,
    objectId: claims.objectId,
    subscriptionId: settings.subscriptionId,
    tenantId: claims.tenantId ?? settings.tenantId,
  };
};

const getClientToken: Invoke = async ({ endpoints, token }, args, waiter) => {
  const { endpoint } = args;
  const own = endpoints.resourceManager.replace(/\/*$/, "/");
  return { token: await token(typeof endpoint === "string" && endpoint !== "" ? endpoint : own, waiter.signal) };
};

function getResource(anyVersion: ResourceType): Invoke {
  return async ({ settings, manager }, args, waiter) => {
    const type = inVersion(anyVersion, args);
    const id = resourceId(type, args, settings.subscriptionId);
    const body = await manager.get(id, type.apiVersion, waiter);
    return { ...responseOutputs(type, body), azureApiVersion: type.apiVersion };
  };
}

function listCredentials(action: string, parameters: Record<string, string>): Invoke {
  return async ({ settings, manager }, args, waiter) => {
    const id = resourceId(managedCluster, args, settings.subscriptionId);
    const given = Object.entries(parameters).flatMap(([name, parameter]) => {
      const value = args[name];
      return typeof value === "string" ? [[parameter, value]] : [];
    });
    const query = Object.fromEntries(given) as Record<string, string>;
    const { kubeconfigs = [] } = await manager.post(`${id}/${action}`, managedCluster.apiVersion, query, waiter);
    return { kubeconfigs };
  };
}

const served: Record<string, Invoke> = {
  "azure-native:authorization:getClientConfig": getClientConfig,
  "azure-native:authorization:getClientToken": getClientToken,
  "azure-native:containerregistry:getRegistry": getResource(registry),
  "azure-native:containerservice:getManagedCluster": getResource(managedCluster),
  "azure-native:containerservice:listManagedClusterAdminCredentials": listCredentials("listClusterAdminCredential", {
    serverFqdn: "server-fqdn",
  }),
  "azure-native:containerservice:listManagedClusterUserCredentials": listCredentials("listClusterUserCredential", {
    serverFqdn: "server-fqdn",
    format: "format",
  }),
  "azure-native:managedidentity:getUserAssignedIdentity": getResource(userAssignedIdentity),
  "azure-native:resources:getResource": getResource(genericResource),
  "azure-native:resources:getResourceGroup": getResource(resourceGroup),
};

/**
 * Calls a function.
 *
 * @throws Error with the supported functions, for any other token
 */
export async function invoke(session: Session, token: string, args: Properties, waiter: Waiter): Promise<Properties> {
  const call = served[token];
  if (call === undefined) {
    const names = Object.keys(served).map((name) => name.replace("azure-native:", ""));
    throw new Error(
      `the local environment's azure-native adapter does not serve the function ${token}, only: ${names.join(", ")}`,
    );
  }
  return call(session, toJson(args) as Properties, waiter);
}
