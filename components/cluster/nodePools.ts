/** Node pools: their arguments, and the properties sent to Azure. */
import type * as pulumi from "@pulumi/pulumi";
import { AgentPool, type AgentPoolArgs } from "@pulumi/azure-native/containerservice/index.js";
import { eachProblem, ifGiven } from "@tarmac/validate/valueCheck";
import {
  maxPodsProblem,
  nodeLabelsProblem,
  osDiskSizeProblem,
  poolSizeProblem,
  spotMark,
  systemPoolName,
  taintProblem,
  taintsProblem,
  userPoolNameProblem,
  zonesProblem,
} from "@tarmac/validate/nodePoolRules";
import { nodeSizeProblem, systemPoolSizeProblem } from "@tarmac/validate/machineSize";
import type { Finding } from "../invalidArguments.ts";

/** Arguments of every node pool. */
export interface NodePoolArgs {
  /**
   * Virtual machine size. For system pools, Microsoft supports sizes with at least 4 vCPUs, but not the B series.
   * @example "Standard_D4ads_v6"
   */
  vmSize: string;
  /** Fixed number of nodes. Set either this, or `minCount` and `maxCount`. @default none @example 3 */
  count?: number;
  /** Minimum number of nodes for the cluster autoscaler. The pool starts with this number. @default none @example 2 */
  minCount?: number;
  /** Maximum number of nodes for the cluster autoscaler. @default none @example 6 */
  maxCount?: number;
  /** Availability zones of the nodes. @default none @example ["1", "2", "3"] */
  zones?: readonly string[];
  /** Maximum number of pods on a node. @default AKS's, 250 on its overlay network @example 110 */
  maxPods?: number;
  /** Size of a node's operating system disk, in GiB. @default AKS's, by the virtual machine size @example 128 */
  osDiskSizeGB?: number;
}

/** A pool for workloads. */
export interface UserPoolArgs extends NodePoolArgs {
  /**
   * Whether to use spot nodes: spare capacity at a fraction of the price, which Azure can take back at any time. Use
   * them only for workloads that may stop at any moment. AKS taints spot nodes with
   * `kubernetes.azure.com/scalesetpriority=spot:NoSchedule`.
   * @default false
   */
  spot?: boolean;
  /** Labels of the nodes. @default none @example { team: "data" } */
  labels?: Readonly<Record<string, string>>;
  /** Taints of the nodes, as `KEY[=VALUE]:EFFECT`. @default none @example ["team=data:NoSchedule"] */
  taints?: readonly string[];
}

/**
 * Returns the problems of a pool, by property path.
 * @param least the minimum number of nodes: 1 for the system pool, 0 for user pools
 */
export function poolFindings(path: string, pool: UserPoolArgs, least: 0 | 1): Finding[] {
  return [
    [path, poolSizeProblem(pool, least)],
    [`${path}.vmSize`, (least === 1 ? systemPoolSizeProblem : nodeSizeProblem)(pool.vmSize)],
    [`${path}.zones`, ifGiven(pool.zones, zonesProblem)],
    [`${path}.maxPods`, ifGiven(pool.maxPods, maxPodsProblem)],
    [`${path}.osDiskSizeGB`, ifGiven(pool.osDiskSizeGB, osDiskSizeProblem)],
    [`${path}.labels`, ifGiven(pool.labels, nodeLabelsProblem)],
    [`${path}.taints`, ifGiven(pool.taints, (taints) => eachProblem(taints, taintProblem))],
    [`${path}.taints`, taintsProblem(pool)],
  ];
}

export const userPoolFindings = (pools: Readonly<Record<string, UserPoolArgs>>): Finding[] =>
  Object.entries(pools).flatMap(([name, pool]) => {
    const path = `userPools["${name}"]`;
    const nameProblem = userPoolNameProblem(name);
    return nameProblem === undefined ? poolFindings(path, pool, 0) : [[path, nameProblem]];
  });

const isAutoscaled = (pool: NodePoolArgs) => pool.maxCount !== undefined;

/** The properties that the system pool (a property of the cluster) and user pools (separate resources) share. */
function poolProperties(pool: NodePoolArgs, subnetId: pulumi.Input<string> | undefined) {
  return {
    vmSize: pool.vmSize,
    // AKS requires an initial number even if the autoscaler decides.
    count: pool.count ?? pool.minCount ?? 1,
    enableAutoScaling: isAutoscaled(pool),
    minCount: pool.minCount,
    maxCount: pool.maxCount,
    availabilityZones: pool.zones === undefined || pool.zones.length === 0 ? undefined : [...pool.zones],
    maxPods: pool.maxPods,
    osDiskSizeGB: pool.osDiskSizeGB,
    vnetSubnetID: subnetId,
    osType: "Linux",
    osSKU: "AzureLinux",
    type: "VirtualMachineScaleSets",
  };
}

/** Upgrades replace a third of the nodes at a time, instead of AKS's 10 %. AKS refuses a surge for spot nodes. */
const surge = { maxSurge: "33%" };

/** Returns the system pool's profile in the cluster. @param alone whether workloads run on this pool too */
export function systemPoolProfile(pool: NodePoolArgs, alone: boolean, subnetId: pulumi.Input<string> | undefined) {
  return {
    ...poolProperties(pool, subnetId),
    upgradeSettings: surge,
    name: systemPoolName,
    mode: "System",
    // If there are user pools, workloads stay off the nodes that run the cluster's DNS. An empty list is stated
    // explicitly, because AKS keeps the current value of an omitted property.
    nodeTaints: alone ? [] : ["CriticalAddonsOnly=true:NoSchedule"],
  };
}

/** Properties that updates ignore, because the autoscaler owns them after the pool's creation. */
export const autoscaled = {
  systemPool: (pool: NodePoolArgs) => (isAutoscaled(pool) ? ["agentPoolProfiles[0].count"] : []),
  userPool: (pool: NodePoolArgs) => (isAutoscaled(pool) ? ["count"] : []),
};

/**
 * AKS cannot change these on an existing pool. Without this list, an update would fail halfway. (Changing vmSize is in
 * preview.)
 */
const fixedForLife = ["vmSize", "availabilityZones", "maxPods", "osDiskSizeGB", "vnetSubnetID", "scaleSetPriority"];

/**
 * Creates a user pool. Pool names are unique in a cluster, so Pulumi deletes a pool before it creates the replacement.
 */
export function userPool(
  name: string,
  poolName: string,
  pool: UserPoolArgs,
  shared: Pick<AgentPoolArgs, "resourceGroupName" | "resourceName" | "orchestratorVersion" | "vnetSubnetID" | "tags">,
  opts: pulumi.CustomResourceOptions,
): AgentPool {
  const { vnetSubnetID, ...place } = shared;
  return new AgentPool(
    name,
    {
      ...poolProperties(pool, vnetSubnetID as pulumi.Input<string> | undefined),
      ...place,
      agentPoolName: poolName,
      mode: "User",
      // Azure adds the label and taint of spot nodes. Stating them here avoids a difference from what Azure reports.
      ...(pool.spot === true
        ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
        : { upgradeSettings: surge }),
      nodeLabels: labelsOf(pool),
      nodeTaints: taintsOf(pool),
    },
    {
      ...opts,
      ignoreChanges: autoscaled.userPool(pool),
      replaceOnChanges: fixedForLife,
      deleteBeforeReplace: true,
    },
  );
}

const labelsOf = (pool: UserPoolArgs): Record<string, string> => ({
  ...pool.labels,
  ...(pool.spot === true && { [spotMark]: "spot" }),
});

const taintsOf = (pool: UserPoolArgs): string[] => [
  ...(pool.taints ?? []),
  ...(pool.spot === true ? [`${spotMark}=spot:NoSchedule`] : []),
];
