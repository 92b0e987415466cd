/** Checks whether the subscription may have the nodes that a cluster requests: the offered sizes and zones, and the quotas. */
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import { asString, type JsonObject } from "../jsonValues.ts";
import { usualVcpus } from "../subscriptionLimits.ts";
import { isWithin } from "../resourcePath.ts";
import { vmSize, vmSizes, zonesOf } from "./vmSizes.ts";

const clusterType = "Microsoft.ContainerService/managedClusters";
const poolType = `${clusterType}/agentPools`;

export interface AskedPool {
  name: string;
  properties: JsonObject;
}

/** The quota for spot nodes, and the one for all others together. */
export const spotQuota = "lowPriorityCores";
export const regionQuota = "cores";

/**
 * @param pools as they would be after the request
 * @throws ArmError with AKS's message
 */
export function refuseNodes(cloud: Cloud, clusterId: string, location: string, pools: readonly AskedPool[]): void {
  for (const pool of pools) {
    if (isAlready(cloud, clusterId, pool)) continue;
    refuseSize(cloud, location, asString(pool.properties.vmSize) ?? "");
    refuseZones(cloud, clusterId, location, pool);
  }
  refuseVcpus(cloud, clusterId, location, pools);
}

/** @throws ArmError when the region has as many clusters as the subscription may have there */
export function refuseClusterCount(cloud: Cloud, location: string): void {
  const { clusters } = cloud.simulation.limits;
  const current = clustersIn(cloud, location);
  if (current < clusters) return;
  // https://learn.microsoft.com/azure/aks/quotas-skus-regions
  throw new ArmError(
    400,
    "ManagedClusterCountExceedsQuotaLimit",
    `Operation results in exceeding quota limits for managed clusters. Maximum allowed: ${clusters}, Current usage: ${current}, Additional requested: 1. ` +
      "Consider deleting unused clusters or requesting a quota increase. To request a quota increase, follow the instructions here: https://learn.microsoft.com/azure/quotas/quickstart-increase-quota-portal.",
  );
}

export const clustersIn = (cloud: Cloud, location: string): number =>
  cloud.inventory.ofType(clusterType).filter(({ resource }) => resource.location === location).length;

const poolsIn = (cloud: Cloud, location: string) =>
  cloud.inventory
    .ofType(clusterType)
    .filter(({ resource }) => resource.location === location)
    .flatMap(({ resource }) => cloud.inventory.within(resource.id, poolType));

const sameSize = (a: unknown, b: unknown) => asString(a)?.toLowerCase() === asString(b)?.toLowerCase();

/** A size that was allowed once is not checked again, as scaling and upgrades of existing pools show. */
const isAlready = (cloud: Cloud, clusterId: string, { name, properties }: AskedPool): boolean =>
  sameSize(cloud.inventory.get(`${clusterId}/agentPools/${name}`)?.resource.properties.vmSize, properties.vmSize);

function refuseSize(cloud: Cloud, location: string, asked: string): void {
  const { sizes } = cloud.simulation.limits;
  if (vmSize(asked) !== undefined && sizes[asked] !== false) return;
  const available = vmSizes.filter(({ name }) => sizes[name] !== false).map(({ name }) => name.toLowerCase());
  throw new ArmError(
    400,
    "BadRequest",
    `The VM size of ${asked} is not allowed in your subscription in location '${location}'. The available VM sizes are '${available.sort().join(",")}'. ` +
      "For more details, please visit https://aka.ms/aks/quotas-skus-regions",
    { target: "agentPoolProfile.vmSize" },
  );
}

/** The zones in which this subscription may have a size. */
export function zonesOffered(cloud: Cloud, location: string, size: string): readonly string[] {
  const offer = cloud.simulation.limits.sizes[size];
  return offer === false ? [] : zonesOf(location).filter((zone) => offer === undefined || offer.includes(zone));
}

function refuseZones(cloud: Cloud, clusterId: string, location: string, { name, properties }: AskedPool): void {
  const asked = Array.isArray(properties.availabilityZones) ? properties.availabilityZones.map(String) : [];
  const offered = zonesOffered(cloud, location, asString(properties.vmSize) ?? "");
  const refused = asked.filter((zone) => !offered.includes(zone));
  if (refused.length === 0) return;
  const [, group = "", cluster = ""] = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(clusterId) ?? [];
  // https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes/availabilityzonenotsupported-error
  throw new ArmError(
    400,
    "AvailabilityZoneNotSupported",
    `Preflight validation check for resource(s) for container service ${cluster} in resource group ${group} failed. Message: The zone(s) '${refused.join(",")}' ` +
      `for resource '${name}' is not supported. The supported zones for location '${location}' are '${offered.join(",")}'`,
  );
}

/** vCPUs by quota: of a family and of the region, or of spot nodes. */
function vcpusOf(properties: JsonObject): [quota: string, vcpus: number][] {
  const size = vmSize(asString(properties.vmSize) ?? "");
  const count = typeof properties.count === "number" ? properties.count : 0;
  if (size === undefined) return [];
  const vcpus = size.vcpus * count;
  return properties.scaleSetPriority === "Spot"
    ? [[spotQuota, vcpus]]
    : [
        [size.family, vcpus],
        [regionQuota, vcpus],
      ];
}

/** The vCPUs that count against a quota now. */
export const vcpusUsed = (cloud: Cloud, location: string, quota: string): number =>
  sumOf(
    poolsIn(cloud, location).map(({ resource }) => resource.properties),
    quota,
  );

const sumOf = (pools: readonly JsonObject[], quota: string) =>
  pools.flatMap(vcpusOf).reduce((sum, [name, vcpus]) => sum + (name === quota ? vcpus : 0), 0);

export const vcpuLimit = (cloud: Cloud, quota: string): number => cloud.simulation.limits.vcpus[quota] ?? usualVcpus;

function refuseVcpus(cloud: Cloud, clusterId: string, location: string, pools: readonly AskedPool[]): void {
  const quotas = [...new Set(pools.flatMap(({ properties }) => vcpusOf(properties).map(([quota]) => quota)))];
  const names = pools.map(({ name }) => name);
  const before = poolsIn(cloud, location)
    .filter(({ resource }) => isWithin(resource.id, clusterId) && names.includes(resource.name))
    .map(({ resource }) => resource.properties);
  for (const quota of quotas) {
    const asked = sumOf(
      pools.map(({ properties }) => properties),
      quota,
    );
    const requested = asked - sumOf(before, quota);
    const remaining = vcpuLimit(cloud, quota) - vcpusUsed(cloud, location, quota);
    if (requested <= 0 || requested <= remaining) continue;
    throw new ArmError(
      400,
      "ErrCode_InsufficientVCPUQuota",
      `Insufficient ${quota === regionQuota ? "regional " : ""}vcpu quota requested ${requested}, remaining ${Math.max(0, remaining)} for ` +
        `${quota === regionQuota ? "" : `family ${quota} for `}region ${location}. If you want to increase the quota, please follow this instruction: ` +
        "https://learn.microsoft.com/en-us/azure/quotas/view-quotas. Surge nodes would also consume vcpu quota, please consider use smaller maxSurge or use maxUnavailable to proceed upgrade without surge nodes, details: aka.ms/aks/maxUnavailable.",
    );
  }
}
