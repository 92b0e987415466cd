/** Validates node pools of components and settings. Each function returns the problem, or `undefined`. */
import { eachProblem, listOf, type Problems, repeated } from "./valueCheck.ts";
import { labelKey, labelValue } from "./kubernetesNames.ts";
import { nodeSizeProblem } from "./machineSize.ts";
import { integerProblem } from "./numbers.ts";

/** The pool of every cluster, for the cluster's own pods. */
export const systemPoolName = "system";

/** Name of a user pool. */
export function userPoolNameProblem(name: string): string | undefined {
  if (name === systemPoolName) return `"${name}" is the name of the system pool: use another name, e.g. "apps"`;
  if (/^[a-z][a-z0-9]{0,11}$/.test(name)) return undefined;
  return `"${name}" is not a node pool name: use 1 to 12 lower-case letters and digits, starting with a letter, e.g. "apps"`;
}

/** The number of nodes: fixed, or bounds for the cluster autoscaler. */
export interface PoolSize {
  count?: number;
  minCount?: number;
  maxCount?: number;
}

/** Maximum number of nodes in a pool. */
export const mostNodes = 1000;

/**
 * Maximum number of nodes and of pools in a cluster. https://learn.microsoft.com/azure/aks/quotas-skus-regions, read
 * 2026-11-28
 */
const mostClusterNodes = 5000;
const mostPools = 100;

/**
 * Returns the problem with all pools of a cluster together, or `undefined`.
 * @param pools the system pool and the user pools
 */
export function allPoolsProblem(pools: readonly PoolSize[]): string | undefined {
  if (pools.length > mostPools)
    return `${pools.length} pools with the system pool are more than ${mostPools}, the most that AKS gives a cluster: merge pools of the same size`;
  const nodes = pools.reduce((sum, { count, maxCount }) => sum + (maxCount ?? count ?? 0), 0);
  return nodes <= mostClusterNodes
    ? undefined
    : `the pools at maximum size have ${nodes} nodes, and AKS gives a cluster at most ${mostClusterNodes}: use smaller pools, or several clusters`;
}

/** Returns the nodes of a pool during an upgrade, with its surge: a third of the pool, at least one node. */
export const nodesDuringUpgrade = (nodes: number): number => nodes + Math.ceil(nodes / 3);

/** @param least the minimum number of nodes: 1 for a system pool, 0 for a user pool */
export function poolSizeProblem({ count, minCount, maxCount }: PoolSize, least: 0 | 1): string | undefined {
  const one = "set count for a fixed size, or minCount and maxCount for the autoscaler";
  if (count !== undefined && (minCount !== undefined || maxCount !== undefined))
    return `it has count and ${minCount === undefined ? "maxCount" : "minCount"}: ${one}, not both`;
  if (count !== undefined) return named("count", integerProblem(count, least, mostNodes));
  if (minCount === undefined && maxCount === undefined) return `it has no count: ${one}`;
  if (minCount === undefined || maxCount === undefined)
    return `it has ${minCount === undefined ? "maxCount and no minCount" : "minCount and no maxCount"}: ${one}`;
  return (
    named("minCount", integerProblem(minCount, least, mostNodes)) ??
    named("maxCount", integerProblem(maxCount, 1, mostNodes)) ??
    (minCount > maxCount
      ? `minCount ${minCount} is greater than maxCount ${maxCount}: use a smaller minCount or a larger maxCount`
      : undefined)
  );
}

const named = (property: string, problem: string | undefined) =>
  problem === undefined ? undefined : `${property} ${problem}`;

const shape =
  'use {vmSize: "Standard_D2s_v5", count: 2} or {vmSize: ..., minCount: 1, maxCount: 5}, and optionally ' +
  'zones: ["1", "2"], spot: true, labels: {key: "value"}, taints: ["key=value:NoSchedule"], maxPods: 110, osDiskSizeGB: 128';

/** The check of each property of a user pool. A value of another type is a separate problem. */
const properties: Record<string, (value: unknown) => Problems> = {
  vmSize: (value) => (typeof value === "string" ? nodeSizeProblem(value) : notA(value, "a string")),
  count: numberOnly,
  minCount: numberOnly,
  maxCount: numberOnly,
  zones: (value) => (Array.isArray(value) ? zonesProblem(value) : notA(value, 'a list, e.g. ["1", "2"]')),
  spot: (value) => (typeof value === "boolean" ? undefined : notA(value, "true or false")),
  labels: nodeLabelsProblem,
  taints: (value) =>
    Array.isArray(value) ? eachProblem(value, taintProblem) : notA(value, 'a list, e.g. ["key=value:NoSchedule"]'),
  maxPods: (value) => numberOnly(value) ?? maxPodsProblem(value as number),
  osDiskSizeGB: (value) => numberOnly(value) ?? osDiskSizeProblem(value as number),
};

/** Returns all problems of a user pool; `pool` is the user's raw value. */
export function userPoolProblems(name: string, pool: unknown): string[] {
  const nameProblem = userPoolNameProblem(name);
  if (nameProblem !== undefined) return [nameProblem];
  if (typeof pool !== "object" || pool === null || Array.isArray(pool))
    return [`pool "${name}" is not a map: ${shape}`];
  const given = Object.entries(pool as Record<string, unknown>);
  const other = given.find(([property]) => !Object.hasOwn(properties, property))?.[0];
  if (other !== undefined) return [`pool "${name}" has "${other}", which is not a property of a pool: ${shape}`];
  if (!("vmSize" in pool)) return [`pool "${name}" has no vmSize: ${shape}`];
  const problems = given.flatMap(([property, value]) =>
    listOf(properties[property]?.(value)).map((problem) => `${property} of pool "${name}": ${problem}`),
  );
  if (problems.length > 0) return problems;
  return [
    ...listOf(poolSizeProblem(pool as PoolSize, 0)).map((problem) => `pool "${name}": ${problem}`),
    ...listOf(taintsProblem(pool as { taints?: string[]; spot?: boolean })).map(
      (problem) => `taints of pool "${name}": ${problem}`,
    ),
  ];
}

/** Label and taint of spot nodes: AKS sets both. */
export const spotMark = "kubernetes.azure.com/scalesetpriority";

/**
 * Returns the problem with valid taints in combination, or `undefined`. Kubernetes identifies a taint by key and
 * effect.
 */
export function taintsProblem({ taints = [], spot = false }: { taints?: readonly string[]; spot?: boolean }): string[] {
  const ofSpot = taints.filter((taint) => taint.startsWith(`${spotMark}=`));
  const keys = taints.map((taint) => taint.replace(/=.*:/, ":"));
  return [
    ...ofSpot.map((taint) =>
      spot
        ? `"${taint}" is added to a spot pool by AKS (taints must be unique): remove it`
        : `"${taint}" is the taint of spot pools: set spot: true, or use another key`,
    ),
    ...repeated(keys)
      .filter((key) => !key.startsWith(`${spotMark}:`))
      .map((key) => `"${key}" is listed twice, and taints must be unique by key and effect: remove one`),
  ];
}

function numberOnly(value: unknown): string | undefined {
  return typeof value === "number" ? undefined : notA(value, "a number");
}

const notA = (value: unknown, wanted: string) => `${JSON.stringify(value)} is not ${wanted}`;

/** Availability zones of nodes. */
export function zonesProblem(zones: readonly unknown[]): string[] {
  const problems = eachProblem(zones, (zone) =>
    typeof zone === "string" && /^[1-3]$/.test(zone)
      ? undefined
      : `${JSON.stringify(zone)} is not a zone: use "1", "2", or "3"`,
  );
  return problems.length > 0
    ? problems
    : repeated(zones as readonly string[]).map((zone) => `"${zone}" is listed twice: list each zone once`);
}

/** Pods on a node: with fewer than ten, the cluster's own pods leave no room. */
export const maxPodsProblem = (value: number) => integerProblem(value, 10, 250);

/** GiB of a node's disk. AKS requires at least 30. */
export const osDiskSizeProblem = (value: number) => integerProblem(value, 30, 2048);

/** A taint, which repels pods that do not tolerate it. */
export function taintProblem(taint: unknown): string | undefined {
  if (
    typeof taint === "string" &&
    new RegExp(`^${labelKey}=${labelValue}:(NoSchedule|PreferNoSchedule|NoExecute)$`).test(taint)
  )
    return /^(node\.kubernetes\.io|node\.cloudprovider\.kubernetes\.io)\//.test(taint)
      ? `"${taint}" is a taint that Kubernetes sets on nodes that are not ready, and removes again: use another key`
      : undefined;
  return `${JSON.stringify(taint)} is not a taint: use KEY=VALUE:EFFECT with NoSchedule, PreferNoSchedule, or NoExecute, e.g. "team=data:NoSchedule"`;
}

/** Labels without a domain that AKS sets itself. https://learn.microsoft.com/azure/aks/use-labels#reserved-labels */
const reservedLabels = ["accelerator", "agentpool", "kubernetes.azure.com", "storageprofile", "storagetier"];

/** Returns the problems of node labels, one for each. */
export function nodeLabelsProblem(labels: unknown): Problems {
  if (typeof labels !== "object" || labels === null || Array.isArray(labels))
    return notA(labels, 'a map, e.g. {team: "data"}');
  return eachProblem(Object.entries(labels as Record<string, unknown>), ([label, text]) => {
    if (!new RegExp(`^${labelKey}$`).test(label)) return `"${label}" is not a label key: use e.g. "team"`;
    const domain = label.includes("/") ? label.slice(0, label.indexOf("/")) : "";
    if (/(^|\.)kubernetes\.azure\.com$/.test(domain) || reservedLabels.includes(label))
      return `"${label}" is a label that AKS sets: use another key`;
    if (label === "node.kubernetes.io/exclude-from-external-load-balancers")
      return `"${label}" takes the nodes out of Azure's load balancers, so that nothing reaches a service on them: remove it`;
    if (/^node\.kubernetes\.io\/(instance-type|windows-build)$/.test(label))
      return `"${label}" is a label that Azure's cloud controller sets: use another key`;
    // Labels that a node must not set on itself:
    // https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
    if (/(^|\.)(kubernetes|k8s)\.io$/.test(domain) && !/(^|\.)(kubelet|node)\.kubernetes\.io$/.test(domain))
      return `"${label}" is a label that nodes may not set on themselves: use another domain, e.g. "example.com/${label.slice(domain.length + 1)}"`;
    if (typeof text === "string" && new RegExp(`^${labelValue}$`).test(text)) return undefined;
    return `${JSON.stringify(text)} is not a label value: put it in quotes, and use letters, digits, "-", "_", and ".", e.g. "data"`;
  });
}
