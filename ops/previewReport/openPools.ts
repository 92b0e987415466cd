/** Node pools that take every pod. A pool is deleted before its replacement is created, so the pods of the only one have nowhere to run meanwhile. */
import type { StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { plainType } from "../pulumi/urn.ts";

const poolType = "azure-native:containerservice:AgentPool";

/** What a pool has and keeps while it is none of these. */
const going = new Set(["replace", "create-replacement", "delete-replaced", "delete"]);

export class OpenPools {
  readonly #staying = new Set<string>();

  take({ type, op, urn, ...step }: StepEventMetadata): void {
    if (plainType(type) === poolType && !going.has(op) && isOpen(step.new?.inputs)) this.#staying.add(urn);
  }

  /** Whether no other open pool stays while this one is replaced. */
  isLast = ({ type, op, urn, old }: StepEventMetadata): boolean =>
    plainType(type) === poolType &&
    op === "replace" &&
    isOpen(old?.inputs) &&
    [...this.#staying].every((other) => other === urn);
}

/** Without a taint that keeps pods away which do not tolerate it. */
function isOpen(inputs: unknown): boolean {
  const { nodeTaints } = (inputs ?? {}) as { nodeTaints?: unknown };
  return !(Array.isArray(nodeTaints) && nodeTaints.some((taint) => !String(taint).endsWith(":PreferNoSchedule")));
}
