/**
 * Finds node pools that accept every pod. A pool is deleted before its replacement is created, so the pods of the only
 * such pool have nowhere to run meanwhile.
 */
import type { StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { plainType } from "../pulumi/urn.ts";

const poolType = "azure-native:containerservice:AgentPool";

/** With any other operation, a pool exists and stays. */
const going = new Set(["replace", "create-replacement", "delete-replaced", "delete"]);

export class OpenPools {
  readonly #staying = new Set<string>();

  take({ type, op, urn, ...step }: StepEventMetadata): void {
    if (plainType(type) === poolType && !going.has(op) && isOpen(step.new?.inputs)) this.#staying.add(urn);
  }

  /** Whether no other open pool remains while this one is replaced. */
  isLast = ({ type, op, urn, old }: StepEventMetadata): boolean =>
    plainType(type) === poolType &&
    op === "replace" &&
    isOpen(old?.inputs) &&
    [...this.#staying].every((other) => other === urn);
}

/** Whether it has no taint that repels pods without a toleration. */
function isOpen(inputs: unknown): boolean {
  const { nodeTaints } = (inputs ?? {}) as { nodeTaints?: unknown };
  return !(Array.isArray(nodeTaints) && nodeTaints.some((taint) => !String(taint).endsWith(":PreferNoSchedule")));
}
