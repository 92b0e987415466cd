/**
 * `Microsoft.ContainerService/managedClusters/agentPools`. A cluster's inline pools are such resources as well, and a cluster shows all of
 * its pools. The one local node is behind all pools, regardless of their size and count.
 */
import type { Cloud } from "../cloud.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import type { Entry, Resource } from "../inventory.ts";
import { asObject, asString, givenOnly, isGiven, type JsonObject } from "../jsonValues.ts";
import { refuseNodes } from "../compute/nodeQuota.ts";
import { checkPoolSubnet } from "./clusterNetwork.ts";
import { containerServiceVersions } from "../apiVersions.ts";
import { refuseStopped } from "./stoppedCluster.ts";
import { poolVersion } from "./clusterVersions.ts";
import type { ResourceType } from "./resourceType.ts";

export const agentPoolType = "Microsoft.ContainerService/managedClusters/agentPools";

const unchangeable = [
  "vmSize",
  "osType",
  "osDiskSizeGB",
  "osDiskType",
  "vnetSubnetID",
  "maxPods",
  "type",
  "availabilityZones",
  "scaleSetPriority",
];

export const agentPool: ResourceType = {
  type: agentPoolType,
  apiVersions: containerServiceVersions,
  tracked: false,
  alwaysAsynchronous: true,
  checkName: checkPoolName,

  put: ({ id, name, existing, body, cloud, scope }) => {
    const asked = asObject(body.properties) ?? {};
    refuseStopped(cloud.inventory.get(scope), "updating agent pool");
    const before = existing?.resource.properties;
    if (before !== undefined) refuseChanges(before, asked);
    const cluster = cloud.inventory.get(scope)?.resource;
    const pools = poolsOf(cloud, scope).filter((pool) => pool.resource.id !== id);
    if (cluster !== undefined && before === undefined) {
      const { id: clusterId, location = "", properties: settings, identity = {} } = cluster;
      const others = pools.map((pool) => pool.resource.properties);
      checkPoolSubnet({ cloud, id: clusterId, location, settings, identity }, asString(asked.vnetSubnetID), others);
    }
    const controlPlane = asString(cluster?.properties.currentKubernetesVersion);
    const asks = asString(asked.orchestratorVersion);
    const orchestratorVersion = controlPlane && poolVersion(asks, before, controlPlane).orchestratorVersion;
    const properties = { ...poolProperties(asked, before), orchestratorVersion };
    if (cluster?.location !== undefined) refuseNodes(cloud, cluster.id, cluster.location, [{ name, properties }]);
    return { resource: { properties } };
  },

  provision: async (cloud, { resource }, operation) => {
    await cloud.simulation.wait(operation.startTime, cloud.simulation.delays.agentPoolSeconds, cloud.stopping);
    const cluster = cloud.inventory.get(resource.id.replace(/\/agentPools\/[^/]+$/i, ""))?.resource;
    const controlPlane = asString(cluster?.properties.currentKubernetesVersion);
    cloud.inventory.patchProperties(resource.id, {
      powerState: { code: "Running" },
      ...(controlPlane && upgraded(resource.properties, controlPlane)),
    });
  },

  checkRemoval: (cloud, { resource }) => {
    const clusterId = resource.id.replace(/\/agentPools\/[^/]+$/i, "");
    refuseStopped(cloud.inventory.get(clusterId), "deleting agent pool");
    // AKS keeps the system nodes of an Automatic cluster, and shows no pool for them.
    if (asObject(cloud.inventory.get(clusterId)?.resource.properties.hostedSystemProfile)?.enabled === true) return;
    const others = poolsOf(cloud, clusterId).filter((pool) => pool.resource.id !== resource.id);
    if (others.length === 0) throw new ArmError(400, "OperationNotAllowed", "There has to be at least one agent pool.");
    if (!others.some((pool) => pool.resource.properties.mode === "System")) {
      throw new ArmError(400, "OperationNotAllowed", "There has to be at least one system agent pool.");
    }
  },
};

/** A cluster's pools, oldest first. */
export function poolsOf(cloud: Cloud, clusterId: string): Entry[] {
  return cloud.inventory.within(clusterId, agentPoolType);
}

/** A pool in the form of a cluster's `agentPoolProfiles`. */
export function asProfile({ name, properties }: Resource): JsonObject {
  return { ...properties, name };
}

export function checkPoolName(name: string): ArmError | undefined {
  return /^[a-z][a-z0-9]{0,11}$/.test(name)
    ? undefined
    : new ArmError(
        400,
        "InvalidParameter",
        `The value of parameter agentPoolProfile.name is invalid: '${name}'. A pool's name has 1 to 12 lower case letters and digits and starts with a letter. ` +
          "Please see https://aka.ms/aks-naming-rules for more details.",
        { target: "agentPoolProfile.name" },
      );
}

/** A pool's properties: the given settings and AKS's defaults. @throws 400 for invalid counts */
export function poolProperties(asked: JsonObject, before: JsonObject | undefined): JsonObject {
  const mode = asString(asked.mode) ?? asString(before?.mode) ?? "User";
  const count = asked.count ?? before?.count ?? 1;
  const least = mode === "System" ? 1 : 0;
  if (typeof count !== "number" || !Number.isInteger(count) || count < least || count > 1000) {
    throw badRequest(
      `The value of parameter agentPoolProfile.count is invalid: ${JSON.stringify(count)}. A ${mode} pool has ${least} to 1000 nodes.`,
      "agentPoolProfile.count",
    );
  }
  if (asked.enableAutoScaling === true) checkAutoScaling(asked, mode);
  if (asked.enableAutoScaling !== true && (isGiven(asked.minCount) || isGiven(asked.maxCount))) {
    throw badRequest("minCount and maxCount must not be given without enableAutoScaling.", "agentPoolProfile.minCount");
  }
  if (mode === "System" && asked.scaleSetPriority === "Spot") {
    throw badRequest("A system agent pool cannot have spot nodes.", "agentPoolProfile.scaleSetPriority");
  }
  if (asked.scaleSetPriority === "Spot" && isGiven(asObject(asked.upgradeSettings)?.maxSurge)) {
    throw badRequest("Spot pools can't set max surge.", "agentPoolProfile.upgradeSettings.maxSurge");
  }
  return {
    vmSize: "Standard_D2s_v5",
    osDiskSizeGB: 128,
    osDiskType: "Managed",
    kubeletDiskType: "OS",
    maxPods: 110,
    type: "VirtualMachineScaleSets",
    enableAutoScaling: false,
    enableNodePublicIP: false,
    enableEncryptionAtHost: false,
    enableUltraSSD: false,
    enableFIPS: false,
    osType: "Linux",
    osSKU: "Ubuntu",
    scaleDownMode: "Delete",
    upgradeSettings: { maxSurge: "10%" },
    ...before,
    // Bounds exist only while the autoscaler is on.
    minCount: undefined,
    maxCount: undefined,
    ...givenOnly(asked),
    // An inline pool has its name among its settings.
    name: undefined,
    mode,
    count,
  };
}

/** The version and the image of a pool's nodes after AKS has replaced them: those that the pool requests. */
export function upgraded(pool: JsonObject, controlPlane: string): JsonObject {
  const versions = poolVersion(asString(pool.orchestratorVersion), pool, controlPlane);
  return { ...versions, nodeImageVersion: `AKSAzureLinux-V3gen2-${versions.currentOrchestratorVersion}` };
}

function checkAutoScaling({ minCount, maxCount }: JsonObject, mode: string): void {
  if (mode === "System" && typeof minCount === "number" && minCount < 1) {
    throw badRequest("The minCount of a system pool must be at least 1.", "agentPoolProfile.minCount");
  }
  if (typeof minCount !== "number" || typeof maxCount !== "number" || minCount > maxCount) {
    throw badRequest(
      "With enableAutoScaling, minCount and maxCount must be given, and minCount must not be greater than maxCount.",
      "agentPoolProfile.minCount",
    );
  }
}

/** @throws 400 PropertyChangeNotAllowed when a request changes a setting that is fixed at creation */
export function refuseChanges(before: JsonObject, asked: JsonObject): void {
  for (const key of unchangeable) {
    if (!isGiven(asked[key]) || JSON.stringify(asked[key]) === JSON.stringify(before[key])) continue;
    throw new ArmError(400, "PropertyChangeNotAllowed", `Changing property 'properties.${key}' is not allowed.`, {
      target: `properties.${key}`,
    });
  }
}
