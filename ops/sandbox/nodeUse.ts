/** What a sandbox uses while it runs: machines, in node hours. Prices are in Azure's price list, not here. */
import { ownType } from "@tarmac/policy/azure/anyVersion";
import type { StateResource } from "../pulumi/stackState.ts";

/** The nodes of one pool. */
export interface NodeUse {
  pool: string;
  /** Machine size, e.g. "Standard_B2s_v2". */
  size: string;
  /** Minimum and maximum number of nodes; equal without the cluster autoscaler. */
  least: number;
  most: number;
}

/** The pools of a stack's own cluster. Empty: it has no cluster of its own and runs on a shared one. */
export function nodeUse(resources: readonly StateResource[]): NodeUse[] {
  return resources.flatMap(({ type, inputs = {} }) => {
    const own = ownType(type, inputs);
    if (own === "azure-native:containerservice:AgentPool") return [poolOf(inputs)];
    if (own !== "azure-native:containerservice:ManagedCluster") return [];
    const { agentPoolProfiles } = (inputs.properties ?? inputs) as { agentPoolProfiles?: unknown };
    return Array.isArray(agentPoolProfiles) ? agentPoolProfiles.map((profile) => poolOf(profile as Pool)) : [];
  });
}

interface Pool {
  name?: unknown;
  agentPoolName?: unknown;
  vmSize?: unknown;
  count?: unknown;
  minCount?: unknown;
  maxCount?: unknown;
}

function poolOf({ name, agentPoolName, vmSize, count, minCount, maxCount }: Pool): NodeUse {
  const fixed = typeof count === "number" ? count : 1;
  return {
    pool: [name, agentPoolName].find((one) => typeof one === "string") ?? "nodes",
    size: typeof vmSize === "string" ? vmSize : "unknown",
    least: typeof minCount === "number" ? minCount : fixed,
    most: typeof maxCount === "number" ? maxCount : fixed,
  };
}

/** e.g. "1 to 3 node hours an hour (system: 1 × Standard_B2s_v2, apps: 0 to 2 × Standard_D4s_v5)". */
export function nodeHours(pools: readonly NodeUse[]): string {
  const total = range(sum(pools.map(({ least }) => least)), sum(pools.map(({ most }) => most)));
  const each = pools.map(({ pool, size, least, most }) => `${pool}: ${range(least, most)} × ${size}`);
  return `${total} node ${total === "1" ? "hour" : "hours"} an hour (${each.join(", ")})`;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const range = (least: number, most: number) => (least === most ? `${least}` : `${least} to ${most}`);
