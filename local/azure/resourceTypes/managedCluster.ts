/** `Microsoft.ContainerService/managedClusters`: AKS, with the one local Kubernetes as every cluster's control plane and node. */
import { createHash, randomUUID } from "node:crypto";
import { regionsWithoutFreeTier } from "@tarmac/validate/aksRegions";
import { clusterIssuer } from "../clusterIssuer.ts";
import type { Cloud } from "../cloud.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import type { Entry, Resource } from "../inventory.ts";
import { asObject, asObjects, asString, givenOnly, isGiven, type JsonObject } from "../jsonValues.ts";
import { resourceGroupId, resourceGroupOf } from "../resourcePath.ts";
import {
  agentPoolType,
  asProfile,
  checkPoolName,
  poolProperties,
  poolsOf,
  refuseChanges,
  upgraded,
} from "./agentPool.ts";
import { refuseClusterCount, refuseNodes } from "../compute/nodeQuota.ts";
import { checkMode, hostedPools, isAutomatic, withPresets } from "./aksAutomatic.ts";
import { clusterCredentials } from "./clusterCredentials.ts";
import { clusterPower, giveApi, portOf } from "./startStop.ts";
import { refuseStopped } from "./stoppedCluster.ts";
import { checkIngress, ingressOf, shownIn } from "./clusterIngress.ts";
import { checkClusterNetwork } from "./clusterNetwork.ts";
import { controlPlaneIdentity, kubeletIdentityProfile } from "./clusterIdentity.ts";
import { containerServiceVersions } from "../apiVersions.ts";
import {
  compareVersions,
  defaultVersion,
  fullVersion,
  requireCompatible,
  requireOffered,
  requireVersionsOfAllOrNone,
  upgradedControlPlane,
} from "./clusterVersions.ts";
import { giveAddOnIdentity } from "../secretsStore/secretsStoreAddOn.ts";
import { resourceGroupType } from "./resourceGroup.ts";
import type { PutRequest, ResourceType } from "./resourceType.ts";
import { identityType, newIdentityProperties } from "./userAssignedIdentity.ts";

export const managedClusterType = "Microsoft.ContainerService/managedClusters";

export const managedCluster: ResourceType = {
  type: managedClusterType,
  apiVersions: containerServiceVersions,
  tracked: true,
  alwaysAsynchronous: true,
  patchesTagsOnly: true,
  checkName: (name) =>
    /^[a-z0-9]$|^[a-z0-9][\w-]{0,61}[a-z0-9]$/i.test(name)
      ? undefined
      : new ArmError(
          400,
          "InvalidParameter",
          `The value of parameter name is invalid: '${name}'. A cluster's name has 1 to 63 letters, digits, underscores and hyphens, and starts and ends with a letter or digit. ` +
            "Please see https://aka.ms/aks-naming-rules for more details.",
          { target: "name" },
        ),

  put: (request) => {
    const { cloud, existing, body, location, caller } = request;
    refuseStopped(existing, "updating");
    const sku = skuOf(request);
    const automatic = isAutomatic(sku);
    const before = existing?.resource.properties;
    const stated = asObject(body.properties) ?? {};
    checkMode({
      ...{ apiVersion: request.apiVersion, location, sku, asked: stated, identity: asObject(body.identity) },
      before: existing?.resource,
    });
    const asked =
      automatic && before === undefined
        ? withPresets(stated, asString(stated.kubernetesVersion) ?? defaultVersion())
        : stated;
    for (const key of ["dnsPrefix", "nodeResourceGroup"]) {
      if (before !== undefined && isGiven(asked[key]) && asked[key] !== before[key]) {
        throw new ArmError(400, "PropertyChangeNotAllowed", `Changing property 'properties.${key}' is not allowed.`, {
          target: `properties.${key}`,
        });
      }
    }
    checkNodeGroupName(request, asked);
    const identity = controlPlaneIdentity(
      cloud,
      asObject(body.identity) ?? existing?.resource.identity,
      existing,
      caller,
    );
    const identityProfile =
      kubeletIdentityProfile(cloud, asObject(asked.identityProfile), identity) ?? before?.identityProfile;
    const { agentPoolProfiles, ...given } = asked;
    checkIngress(request.apiVersion, stated);
    const settings = properties(request, givenOnly(given), before);
    const controlPlane = controlPlaneVersion(request, settings, sku);
    const pools = inlinePools(request, agentPoolProfiles, controlPlane, automatic);
    checkClusterNetwork({
      cloud,
      id: request.id,
      location,
      settings,
      identity,
      pools: [...pools.map((pool) => pool.properties), ...hostedPools(settings)],
      ofWholeNetwork: automatic,
    });
    if (existing === undefined) refuseClusterCount(cloud, location);
    refuseNodes(cloud, request.id, location, pools);
    // After all checks: a refused request changes nothing.
    for (const { name, properties: pool } of pools) {
      cloud.inventory.put({ id: `${request.id}/agentPools/${name}`, name, type: agentPoolType, properties: pool });
    }
    return {
      resource: {
        location,
        sku,
        identity,
        properties: { ...settings, ...(identityProfile === undefined ? {} : { identityProfile }) },
      },
    };
  },

  provision: async (cloud, entry, operation) => {
    const { resource } = entry;
    await cloud.simulation.wait(operation.startTime, cloud.simulation.delays.clusterSeconds, cloud.stopping);
    await cloud.kubernetes.version().catch((error: Error) => {
      throw new ArmError(500, "ControlPlaneNotReady", error.message);
    });
    const ingress = ingressOf(resource.properties);
    await cloud.kubernetes.ingress(ingress).catch((error: Error) => {
      throw new ArmError(500, "AddonProvisioningFailed", error.message);
    });
    if (asObject(asObject(resource.properties.securityProfile)?.workloadIdentity)?.enabled === true)
      await cloud.kubernetes.workloadIdentity(true).catch((error: Error) => {
        throw new ArmError(500, "AddonProvisioningFailed", error.message);
      });
    if (asObject(resource.properties.networkProfile)?.networkDataplane === "cilium")
      await cloud.kubernetes.ciliumPolicies().catch((error: Error) => {
        throw new ArmError(500, "CNIProvisioningFailed", error.message);
      });
    const nodeGroup = makeNodeGroup(cloud, entry);
    giveAddOnIdentity(cloud, entry, nodeGroup);
    await cloud.secretsStore.follow(cloud).catch((error: Error) => {
      throw new ArmError(500, "AddonProvisioningFailed", error.message);
    });
    const identityProfile = resource.properties.identityProfile ?? makeKubeletIdentity(cloud, entry, nodeGroup);
    const { kubernetesVersion, currentKubernetesVersion } = resource.properties;
    const asked = asString(kubernetesVersion) ?? defaultVersion();
    const before = asString(currentKubernetesVersion);
    const current = before === undefined ? fullVersion(asked) : upgradedControlPlane(before, asked);
    cloud.inventory.patchProperties(resource.id, {
      identityProfile,
      // A cluster that was created without a version follows the minor version that it got.
      kubernetesVersion: asked,
      currentKubernetesVersion: current,
      powerState: { code: "Running" },
    });
    if (before === undefined) await giveApi(cloud, entry);
    await provisionPools(cloud, resource.id, current);
  },

  checkPatch: (entry) => refuseStopped(entry, "updating"),

  remove: async (cloud, entry) => {
    const { resource } = entry;
    await cloud.clusterApis.close(portOf(entry) ?? 0);
    leaveLink(cloud, resource);
    const others = cloud.inventory
      .ofType(managedClusterType)
      .filter(
        (other) => other.resource.id !== resource.id && other.resource.properties.provisioningState !== "Deleting",
      );
    const stack = resource.tags?.stack;
    if (others.length > 0 && stack === undefined) return;
    try {
      if (others.length === 0) await cloud.kubernetes.workloadIdentity(false);
      await cloud.kubernetes.wipe(others.length === 0 ? "all" : { stack: stack ?? "" });
      // After the pods, whose volumes only the driver can unmount.
      await cloud.secretsStore.follow(cloud);
    } catch (error) {
      // As in Azure the cluster is deleted with everything on it: a Kubernetes that is down does not block that.
      process.stderr.write(
        `simulated Azure: ${resource.name} was deleted, but its namespaces were not: ${(error as Error).message}\n`,
      );
    }
  },

  present: (cloud, { resource }, apiVersion) => {
    const agentPoolProfiles = poolsOf(cloud, resource.id).map((pool) => asProfile(pool.resource));
    const properties = { ...shownIn(apiVersion, resource.properties), agentPoolProfiles };
    return { ...resource, properties };
  },

  actions: clusterCredentials,
  longActions: clusterPower,
};

/** The API server's subnet stays in use for some time after the cluster: a link that AKS removes later. */
function leaveLink(cloud: Cloud, { properties }: Resource): void {
  const seconds = cloud.simulation.delays.serviceAssociationLinkSeconds;
  const subnet = asString(asObject(properties.apiServerAccessProfile)?.subnetId);
  if (subnet === undefined || seconds === 0) return;
  const link = {
    name: "AKSServiceLink",
    id: `${subnet}/serviceAssociationLinks/AKSServiceLink`,
    properties: { linkedResourceType: managedClusterType, allowDelete: false, provisioningState: "Succeeded" },
    goneAt: new Date(Date.now() + seconds * 1000).toISOString(),
  };
  cloud.inventory.patchProperties(subnet, { serviceAssociationLinks: [link] });
}

/** A request's SKU. Omitted parts keep their values. Only Automatic has its own tier. */
function skuOf({ body, existing }: PutRequest): JsonObject {
  const asked = asObject(body.sku);
  if (isAutomatic(asked)) return { ...asked, tier: asked?.tier ?? "Standard" };
  return asked ?? existing?.resource.sku ?? { name: "Base", tier: "Free" };
}

const defaultNodeGroup = ({ resourceGroup, name, location }: PutRequest): string =>
  `MC_${resourceGroup}_${name}_${location}`;

/** @throws ArmError when a new cluster's name for it, or the default one, is too long or is that of an existing group */
function checkNodeGroupName(request: PutRequest, asked: JsonObject): void {
  if (request.existing !== undefined) return;
  const name = asString(asked.nodeResourceGroup) ?? defaultNodeGroup(request);
  if (name.length > 80) {
    throw new ArmError(
      400,
      "InvalidParameter",
      `The length of the node resource group name is too long. The maximum length is 80 and the length of the value provided is ${name.length}. ` +
        "Please see https://aka.ms/aks-naming-rules for more details.",
      { target: "name" },
    );
  }
  if (name.toLowerCase() === request.resourceGroup?.toLowerCase()) {
    throw new ArmError(
      400,
      "NodeResourceGroupSameAsResourceGroup",
      `Node resource group '${name}' is the same as ResourceGroup '${request.resourceGroup}', which is not allowed, please provide a different node resource group.`,
    );
  }
  const { subscriptionId } = request.cloud.deployer;
  if (request.cloud.inventory.get(resourceGroupId(subscriptionId, name)) === undefined) return;
  throw new ArmError(
    400,
    "NodeResourceGroupAlreadyExists",
    `Node resource group '${name}' under subscription '${subscriptionId}' already exists, please provide a new one.`,
  );
}

/** The node resource group's name: `MC_<group>_<cluster>_<location>` unless the cluster sets another. */
function nodeGroupOf({ resource }: Entry): string {
  return asString(resource.properties.nodeResourceGroup) ?? "";
}

const defaultNetwork: JsonObject = {
  networkPlugin: "azure",
  networkPluginMode: "overlay",
  loadBalancerSku: "standard",
  outboundType: "loadBalancer",
  podCidr: "10.244.0.0/16",
  serviceCidr: "10.0.0.0/16",
  dnsServiceIP: "10.0.0.10",
};

function properties(request: PutRequest, asked: JsonObject, before: JsonObject | undefined): JsonObject {
  const { cloud, name, location, resourceGroup } = request;
  const dnsPrefix = asString(asked.dnsPrefix) ?? asString(before?.dnsPrefix) ?? `${name}-dns`;
  const unique = createHash("sha256")
    .update(`${cloud.deployer.subscriptionId}/${resourceGroup}/${name}`)
    .digest("hex")
    .slice(0, 8);
  const issues = (asObject(asked.oidcIssuerProfile) ?? asObject(before?.oidcIssuerProfile))?.enabled === true;
  return {
    enableRBAC: true,
    supportPlan: "KubernetesOfficial",
    maxAgentPools: 100,
    disableLocalAccounts: false,
    servicePrincipalProfile: { clientId: "msi" },
    nodeResourceGroup: defaultNodeGroup(request),
    // AKS keeps what a PUT leaves out.
    ...before,
    ...asked,
    addonProfiles: { ...asObject(before?.addonProfiles), ...asObject(asked.addonProfiles) },
    networkProfile: { ...defaultNetwork, ...asObject(before?.networkProfile), ...asObject(asked.networkProfile) },
    apiServerAccessProfile: { ...asObject(before?.apiServerAccessProfile), ...asObject(asked.apiServerAccessProfile) },
    dnsPrefix,
    fqdn: `${dnsPrefix}-${unique}.hcp.${location}.azmk8s.io`,
    ...(asObject(asked.apiServerAccessProfile)?.enablePrivateCluster === true && {
      privateFQDN: `${dnsPrefix}-${unique}.privatelink.${location}.azmk8s.io`,
    }),
    azurePortalFqdn: `${dnsPrefix}-${unique}.portal.hcp.${location}.azmk8s.io`,
    oidcIssuerProfile: issues ? { enabled: true, issuerURL: clusterIssuer(cloud.endpoint) } : { enabled: false },
    resourceUID: before?.resourceUID ?? randomUUID().replaceAll("-", ""),
    ...(before === undefined
      ? {}
      : {
          nodeResourceGroup: before.nodeResourceGroup,
          currentKubernetesVersion: before.currentKubernetesVersion,
          kubernetesVersion: asked.kubernetesVersion ?? before.kubernetesVersion,
          powerState: before.powerState,
        }),
  };
}

/** Inline pools are created with the cluster. Later requests may repeat them, but new pools need their own resource. */
function inlinePools(
  { cloud, existing, id }: PutRequest,
  asked: unknown,
  controlPlane: string,
  automatic: boolean,
): { name: string; properties: JsonObject }[] {
  const profiles = asObjects(asked).map((profile) => ({ name: asString(profile.name) ?? "", profile }));
  const pools = poolsOf(cloud, id);
  const own = [...pools.map(({ resource }) => resource.properties), ...profiles.map(({ profile }) => profile)];
  // AKS keeps the system nodes of AKS Automatic. A cluster that leaves that mode first needs its own system pool.
  if (!automatic && !own.some(({ mode }) => mode === "System")) {
    throw badRequest("Must define at least one system pool.", "agentPoolProfiles");
  }
  if (existing === undefined) {
    for (const { profile } of profiles)
      requireCompatible(asString(profile.orchestratorVersion) ?? controlPlane, controlPlane);
  } else {
    const byName = new Map(pools.map(({ resource }) => [resource.name, resource.properties]));
    requireVersionsOfAllOrNone(profiles, byName, controlPlane);
  }
  return profiles.map(({ name, profile }) => {
    const invalid = checkPoolName(name);
    if (invalid !== undefined) throw invalid;
    const pool = pools.find(({ resource }) => resource.name === name)?.resource.properties;
    if (pool === undefined && existing !== undefined) {
      throw badRequest(
        "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations. " +
          "For agent pool specific change, please use per agent pool operations: https://aka.ms/agent-pool-rest-api",
        "agentPoolProfiles",
      );
    }
    if (pool !== undefined) refuseChanges(pool, profile);
    return {
      name,
      properties: { ...pool, ...poolProperties(profile, pool), provisioningState: "Updating" },
    };
  });
}

/**
 * The full version that a request gives the control plane.
 * @throws 400 when AKS does not offer it to a new cluster, or does not upgrade the existing one to it
 */
function controlPlaneVersion(
  { cloud, id, name, location, existing }: PutRequest,
  settings: JsonObject,
  sku: JsonObject,
): string {
  const asked = asString(settings.kubernetesVersion) ?? defaultVersion();
  const current = asString(existing?.resource.properties.currentKubernetesVersion);
  if (current === undefined) {
    if ((sku.tier ?? "Free") === "Free") requireFreeTier(location);
    requireOffered(name, asked, sku.tier === "Premium" && settings.supportPlan === "AKSLongTermSupport");
    return fullVersion(asked);
  }
  const version = upgradedControlPlane(current, asked);
  for (const { resource } of poolsOf(cloud, id)) {
    const pool = asString(resource.properties.currentOrchestratorVersion);
    if (pool !== undefined && compareVersions(pool, version) <= 0) requireCompatible(pool, version);
  }
  return version;
}

/** @throws 400 AKSCapacityError where the control planes of the tier Free are used up */
function requireFreeTier(location: string): void {
  if (!regionsWithoutFreeTier.includes(location)) return;
  throw new ArmError(
    400,
    "AKSCapacityError",
    `Creating a free tier cluster is unavailable at this time in region ${location}. To create a new cluster, we recommend using an alternate region, or create a paid tier cluster. ` +
      "For a list of all the Azure regions, please refer to https://aka.ms/aks/regions.",
  );
}

/** The pools of a cluster's own request: new ones, and those that follow the control plane, one after the other. */
async function provisionPools(cloud: Cloud, clusterId: string, controlPlane: string): Promise<void> {
  for (const { resource } of poolsOf(cloud, clusterId)) {
    const { currentOrchestratorVersion: before } = resource.properties;
    const after = upgraded(resource.properties, controlPlane);
    if (before !== undefined && before !== after.currentOrchestratorVersion) {
      const now = new Date().toISOString();
      await cloud.simulation.wait(now, cloud.simulation.delays.agentPoolSeconds, cloud.stopping);
    }
    cloud.inventory.patchProperties(resource.id, {
      provisioningState: "Succeeded",
      powerState: { code: "Running" },
      ...after,
    });
  }
}

function makeNodeGroup(cloud: Cloud, entry: Entry): string {
  const name = nodeGroupOf(entry);
  const id = resourceGroupId(cloud.deployer.subscriptionId, name);
  cloud.inventory.put({
    id,
    name,
    type: resourceGroupType,
    location: entry.resource.location ?? "",
    tags: {
      "aks-managed-cluster-name": entry.resource.name,
      "aks-managed-cluster-rg": resourceGroupOf(entry.resource.id) ?? "",
    },
    managedBy: entry.resource.id,
    properties: { provisioningState: "Succeeded" },
  });
  return id;
}

/** Creates the kubelet identity for a cluster that sets none. It may not pull from any registry. */
function makeKubeletIdentity(cloud: Cloud, { resource }: Entry, nodeGroup: string): JsonObject {
  const name = `${resource.name}-agentpool`;
  const id = `${nodeGroup}/providers/${identityType}/${name}`;
  const properties = cloud.inventory.get(id)?.resource.properties ?? newIdentityProperties(cloud.deployer.tenantId);
  cloud.inventory.put({ id, name, type: identityType, location: resource.location ?? "", tags: {}, properties });
  return { kubeletidentity: { resourceId: id, clientId: properties.clientId, objectId: properties.principalId } };
}
