/** What AKS does on its own, here on request through `/simulation`: autoscaling a pool, and upgrading a cluster through its channel. */
import type { Cloud } from "./cloud.ts";
import { ArmError } from "./armErrors.ts";
import type { Entry } from "./inventory.ts";
import { asObject, asString, type JsonObject } from "./jsonValues.ts";
import { minorOf } from "@tarmac/validate/aksVersions";
import { agentPoolType, poolsOf } from "./resourceTypes/agentPool.ts";
import { managedClusterType } from "./resourceTypes/managedCluster.ts";

/** `POST /simulation/autoscale` with the id of a pool and the number of nodes that the load needs. */
export function autoscale({ inventory }: Cloud, { pool, count }: JsonObject): JsonObject {
  const { resource } = existing(inventory.get(asString(pool) ?? ""), agentPoolType, "pool");
  const { enableAutoScaling, minCount, maxCount } = resource.properties;
  if (enableAutoScaling !== true) throw invalid(`the pool ${resource.name} does not have enableAutoScaling`);
  if (typeof count !== "number" || count < Number(minCount) || count > Number(maxCount)) {
    throw invalid(`count must be from ${Number(minCount)} to ${Number(maxCount)}, the pool's bounds`);
  }
  inventory.patchProperties(resource.id, { count });
  return { id: resource.id, count };
}

/**
 * `POST /simulation/upgrade` with the id of a cluster and the version that its channel installs. `kubernetesVersion` keeps the minor version that
 * the cluster was created with, unless the channel moves to another minor version; `currentKubernetesVersion` changes.
 */
export function upgrade(cloud: Cloud, { cluster, version }: JsonObject): JsonObject {
  const { resource } = existing(cloud.inventory.get(asString(cluster) ?? ""), managedClusterType, "cluster");
  const to = asString(version) ?? "";
  if (!/^\d+\.\d+\.\d+$/.test(to)) throw invalid("version must have the form 1.34.11");
  const channel = asString(asObject(resource.properties.autoUpgradeProfile)?.upgradeChannel) ?? "none";
  const { currentKubernetesVersion: from } = resource.properties;
  const sameMinor = minorOf(asString(from) ?? "") === minorOf(to);
  if (channel === "none" || channel === "node-image" || (channel === "patch" && !sameMinor)) {
    throw invalid(
      `the channel "${channel}" does not upgrade a cluster from ${asString(from) ?? "no version"} to ${to}`,
    );
  }
  const minor = sameMinor ? {} : { kubernetesVersion: minorOf(to) };
  cloud.inventory.patchProperties(resource.id, { ...minor, currentKubernetesVersion: to });
  for (const pool of poolsOf(cloud, resource.id)) {
    cloud.inventory.patchProperties(pool.resource.id, {
      ...(sameMinor ? {} : { orchestratorVersion: minorOf(to) }),
      currentOrchestratorVersion: to,
      nodeImageVersion: `AKSAzureLinux-V3gen2-${to}`,
    });
  }
  return { id: resource.id, currentKubernetesVersion: to };
}

function existing(entry: Entry | undefined, type: string, what: string): Entry {
  if (entry?.resource.type === type) return entry;
  throw invalid(`${what} must be the id of an existing ${type}`);
}

const invalid = (message: string) => new ArmError(400, "InvalidSimulationRequest", message);
