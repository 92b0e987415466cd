/**
 * Changes that are expected and therefore not drift: the cluster's autoscaler changes node counts, and Azure lists a
 * separate node pool inside its cluster as well.
 */
import type { StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { valueAt, type PropertyChange } from "../pulumi/propertyChanges.ts";
import { plainType } from "../pulumi/urn.ts";

const cluster = "azure-native:containerservice:ManagedCluster";
const pool = "azure-native:containerservice:AgentPool";

interface Pool {
  name?: unknown;
  enableAutoScaling?: unknown;
}

/** The name of a node pool that is a separate resource; `undefined` for every other resource. */
export function ownPoolName(step: StepEventMetadata): string | undefined {
  if (plainType(step.type) !== pool) return undefined;
  return (step.new?.id ?? step.old?.id)?.split("/").at(-1);
}

/**
 * @param ownPools names of the node pools that are separate resources
 * @returns the changes that are drift
 */
export function withoutNoise(
  step: StepEventMetadata,
  changes: readonly PropertyChange[],
  ownPools: ReadonlySet<string>,
): PropertyChange[] {
  switch (plainType(step.type)) {
    case pool:
      return changes.filter(({ path }) => !(path === "count" && valueOf(step, "enableAutoScaling") === true));
    case cluster:
      return changes.filter(({ path }) => {
        const entry = /^agentPoolProfiles\[\d+\]/.exec(path)?.[0];
        if (entry === undefined) return true;
        const { name, enableAutoScaling } = (valueOf(step, entry) ?? {}) as Pool;
        if (typeof name === "string" && ownPools.has(name)) return false;
        return !(path === `${entry}.count` && enableAutoScaling === true);
      });
    default:
      return [...changes];
  }
}

/** The current value; the last known value of a deleted resource. */
const valueOf = (step: StepEventMetadata, path: string): unknown =>
  [step.new?.outputs, step.new?.inputs, step.old?.outputs, step.old?.inputs]
    .map((root) => valueAt(root, path))
    .find((value) => value !== undefined);
