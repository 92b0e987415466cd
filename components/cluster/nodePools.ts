/** Sets of equal nodes: what is said of them, and what Azure is told. */
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
} from "@tarmac/validate/nodePool";
import { nodeSizeProblem, systemPoolSizeProblem } from "@tarmac/validate/machineSize";
import type { Finding } from "../invalidArguments.ts";

/** What every pool says. */
export interface NodePoolArgs {
  /** Virtual machine size, e.g. "Standard_D4ads_v6". Microsoft supports system pools of 4 vCPUs and more, and no B series there. */
  vmSize: string;
  /** Number of nodes that stays as it is. Either this, or `minCount` and `maxCount`. */
  count?: number;
  /** The fewest nodes the cluster autoscaler leaves; the pool starts with these. */
  minCount?: number;
  /** The most nodes the cluster autoscaler makes. */
  maxCount?: number;
  /** Availability zones, e.g. ["1", "2", "3"]. @default none */
  zones?: readonly string[];
  /** Pods that fit on a node. @default AKS's, 250 on its overlay network */
  maxPods?: number;
  /** GiB of a node's disk. @default AKS's, by the virtual machine size */
  osDiskSizeGB?: number;
}

/** A pool for workloads. */
export interface UserPoolArgs extends NodePoolArgs {
  /**
   * Spare capacity at a fraction of the price, which Azure takes back whenever it needs it: only for what may stop at any
   * moment. AKS taints such nodes `kubernetes.azure.com/scalesetpriority=spot:NoSchedule`.
   * @default false
   */
  spot?: boolean;
  /** Labels of the nodes, e.g. {team: "data"}. */
  labels?: Readonly<Record<string, string>>;
  /** Taints of the nodes, e.g. ["team=data:NoSchedule"]. */
  taints?: readonly string[];
}

/** What is wrong with a pool, by property path. @param least the fewest nodes: 1 of the system pool, 0 of another */
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

/** What the system pool, inside the cluster, and user pools, beside it, have in common. */
function poolProperties(pool: NodePoolArgs, subnetId: pulumi.Input<string> | undefined) {
  return {
    vmSize: pool.vmSize,
    // AKS wants a number to begin with even where the autoscaler decides.
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

/** A third of the nodes at a time during an upgrade, instead of AKS's 10 %; AKS refuses a surge of spot nodes. */
const surge = { maxSurge: "33%" };

/** The pool inside the cluster. @param alone whether workloads run on it too */
export function systemPoolProfile(pool: NodePoolArgs, alone: boolean, subnetId: pulumi.Input<string> | undefined) {
  return {
    ...poolProperties(pool, subnetId),
    upgradeSettings: surge,
    name: systemPoolName,
    mode: "System",
    // With pools of their own, workloads stay off the nodes that run the cluster's DNS.
    // Said when there are none as well: what is left out, AKS leaves as it is.
    nodeTaints: alone ? [] : ["CriticalAddonsOnly=true:NoSchedule"],
  };
}

/** What must not be set back to what the program said at first, as it is the autoscaler's by then. */
export const autoscaled = {
  systemPool: (pool: NodePoolArgs) => (isAutoscaled(pool) ? ["agentPoolProfiles[0].count"] : []),
  userPool: (pool: NodePoolArgs) => (isAutoscaled(pool) ? ["count"] : []),
};

/** AKS changes these of no existing pool; without being told so, an update would fail half way. (A change of vmSize is in preview.) */
const fixedForLife = ["vmSize", "availabilityZones", "maxPods", "osDiskSizeGB", "vnetSubnetID", "scaleSetPriority"];

/** A pool beside the system pool. Its name is unique in the cluster, so it is deleted before its replacement is made. */
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
      // Azure adds label and taint of spot nodes by itself: said here, they are no difference to what it shows.
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
