/** The paths of the tenant and the subscription: locations, providers, available names, Kubernetes versions. */
import { activityLog } from "./activityLog.ts";
import { offeredVersions } from "./resourceTypes/clusterVersions.ts";
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import { ArmError, methodNotAllowed } from "./armErrors.ts";
import { jsonBody, type Reply, type Request } from "./httpMessages.ts";
import type { JsonObject } from "./jsonValues.ts";
import { page } from "./lists.ts";
import { displayName, locationNames } from "./locations.ts";
import { clusterQuota, skus, vcpuUsages } from "./compute/computePaths.ts";
import { policyRestrictions } from "./azurePolicy.ts";
import { subscriptionId } from "./resourcePath.ts";
import { checkVaultNameAvailability, deletedVaults, purgeVault } from "./resourceTypes/simulatedVault.ts";
import { checkRegistryNameAvailability } from "./resourceTypes/containerRegistry.ts";
import { checkAccountNameAvailability } from "./resourceTypes/storageAccount.ts";
import { namespaces, resourceTypes } from "./resourceTypes/servedResourceTypes.ts";

/** The namespaces that serve `checkNameAvailability`. */
const nameChecks: Record<string, (cloud: Cloud, body: JsonObject) => JsonObject> = {
  "Microsoft.ContainerRegistry": checkRegistryNameAvailability,
  "Microsoft.KeyVault": checkVaultNameAvailability,
  "Microsoft.Storage": checkAccountNameAvailability,
};

/** Answers the tenant's paths; undefined for others. */
export function tenantPaths(cloud: Cloud, request: Request, caller: Principal): Reply | undefined {
  if (request.method !== "GET") return undefined;
  switch (request.path.replace(/\/$/, "").toLowerCase()) {
    case "/subscriptions":
      return page(request, maySee(cloud, caller) ? [subscription(cloud)] : []);
    case "/tenants": {
      const { tenantId } = cloud.deployer;
      return page(request, [
        {
          id: `/tenants/${tenantId}`,
          tenantId,
          displayName: "tarmac local",
          tenantCategory: "Home",
          defaultDomain: "localhost",
        },
      ]);
    }
    case "/providers":
      return page(
        request,
        namespaces.map((namespace) => provider(cloud, namespace)),
      );
    default:
      return undefined;
  }
}

/** Answers the subscription's own paths, given without `/subscriptions/<id>`; undefined for others. */
export async function subscriptionPaths(
  cloud: Cloud,
  request: Request,
  caller: Principal,
  rest: string,
): Promise<Reply | undefined> {
  const scope = subscriptionId(cloud.deployer.subscriptionId);
  const demandRead = (action: string) => cloud.authorization.demand(caller, action, scope);
  const [first, second, third, ...more] = rest
    .toLowerCase()
    .split("/")
    .filter((segment) => segment !== "");
  if (first === undefined) {
    if (request.method !== "GET") throw methodNotAllowed(request.method);
    demandRead("Microsoft.Resources/subscriptions/read");
    return { status: 200, body: subscription(cloud) };
  }
  if (first === "locations" && request.method === "GET") {
    demandRead("Microsoft.Resources/subscriptions/locations/read");
    return page(
      request,
      locationNames.map((name) => location(cloud, name)),
    );
  }
  if (first !== "providers") return undefined;
  if (second === undefined) {
    demandRead("Microsoft.Resources/subscriptions/providers/read");
    return page(
      request,
      namespaces.map((namespace) => provider(cloud, namespace)),
    );
  }
  const namespace = namespaces.find((known) => known.toLowerCase() === second);
  if (third === undefined || (third === "register" && request.method === "POST")) {
    demandRead("Microsoft.Resources/subscriptions/providers/read");
    if (namespace === undefined) {
      throw new ArmError(404, "InvalidResourceNamespace", `The resource namespace '${second}' is invalid.`);
    }
    if (third === "register") {
      // A caller without the right is refused, and the provider stays unregistered.
      demandRead(`${namespace}/register/action`);
      const { limits } = cloud.simulation;
      cloud.simulation.set({
        limits: { ...limits, unregistered: limits.unregistered.filter((other) => other !== namespace) },
      });
    }
    return { status: 200, body: provider(cloud, namespace) };
  }
  const checkAvailability = third === "checknameavailability" ? nameChecks[namespace ?? ""] : undefined;
  if (checkAvailability !== undefined && request.method === "POST") {
    demandRead(`${namespace}/checkNameAvailability/read`);
    return { status: 200, body: checkAvailability(cloud, await jsonBody(request)) };
  }
  if (namespace === "Microsoft.Insights" && [third, ...more].join("/") === "eventtypes/management/values") {
    demandRead("Microsoft.Insights/eventtypes/values/Read");
    return activityLog(cloud, request);
  }
  if (namespace === "Microsoft.ContainerService" && third === "locations" && more[1] === "kubernetesversions") {
    demandRead("Microsoft.ContainerService/locations/kubernetesVersions/read");
    return { status: 200, body: { values: offeredVersions() } };
  }
  return limitPaths(cloud, request, namespace, third, more, demandRead);
}

/** Questions about limits: sizes, quotas, policies, deleted vaults. */
async function limitPaths(
  cloud: Cloud,
  request: Request,
  namespace: string | undefined,
  kind: string,
  [location = "", ...rest]: readonly string[],
  demandRead: (action: string) => void,
): Promise<Reply | undefined> {
  const path = [kind, ...rest].join("/");
  const purged = /^locations\/deletedvaults\/([^/]+)\/purge$/.exec(path)?.[1];
  if (namespace === "Microsoft.KeyVault" && request.method === "POST" && purged !== undefined) {
    demandRead("Microsoft.KeyVault/locations/deletedVaults/purge/action");
    purgeVault(cloud, purged);
    return { status: 200 };
  }
  switch (`${request.method} ${namespace}/${path}`) {
    case "GET Microsoft.Compute/skus":
      demandRead("Microsoft.Compute/skus/read");
      return skus(cloud, request);
    case "GET Microsoft.Compute/locations/usages":
      demandRead("Microsoft.Compute/locations/usages/read");
      return vcpuUsages(cloud, request, location);
    case "GET Microsoft.KeyVault/deletedvaults":
      demandRead("Microsoft.KeyVault/deletedVaults/read");
      return page(request, deletedVaults(cloud));
    case "POST Microsoft.PolicyInsights/checkpolicyrestrictions":
      demandRead("Microsoft.PolicyInsights/checkPolicyRestrictions/read");
      return { status: 200, body: policyRestrictions(cloud, await jsonBody(request)) };
    case "GET Microsoft.ContainerService/locations/providers/microsoft.quota/quotas":
    case "GET Microsoft.ContainerService/locations/providers/microsoft.quota/usages": {
      const asked = path.endsWith("quotas") ? "quotas" : "usages";
      demandRead(`Microsoft.Quota/${asked}/read`);
      return clusterQuota(cloud, request, location, asked);
    }
    default:
      return undefined;
  }
}

function maySee(cloud: Cloud, caller: Principal): boolean {
  return cloud.authorization.assignments().some(({ principalId }) => principalId === caller.objectId);
}

function subscription(cloud: Cloud): JsonObject {
  const id = cloud.deployer.subscriptionId;
  return {
    id: subscriptionId(id),
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: id,
    tenantId: cloud.deployer.tenantId,
    displayName: "tarmac local (simulated)",
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Internal_2014-09-01",
      quotaId: "Internal_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

function location(cloud: Cloud, name: string): JsonObject {
  return {
    id: `${subscriptionId(cloud.deployer.subscriptionId)}/locations/${name}`,
    name,
    type: "Region",
    displayName: displayName(name),
    regionalDisplayName: displayName(name),
    metadata: { regionType: "Physical", regionCategory: "Recommended" },
  };
}

function provider(cloud: Cloud, namespace: string): JsonObject {
  const own = resourceTypes.filter(({ type }) => type.startsWith(`${namespace}/`));
  return {
    id: `${subscriptionId(cloud.deployer.subscriptionId)}/providers/${namespace}`,
    namespace,
    registrationPolicy: "RegistrationRequired",
    registrationState: cloud.simulation.limits.unregistered.includes(namespace) ? "NotRegistered" : "Registered",
    resourceTypes: own.map(({ type, apiVersions, tracked }) => ({
      resourceType: type.slice(namespace.length + 1),
      locations: locationNames.map(displayName),
      apiVersions: [...apiVersions].reverse(),
      capabilities: tracked ? "SupportsTags, SupportsLocation" : "None",
    })),
  };
}
