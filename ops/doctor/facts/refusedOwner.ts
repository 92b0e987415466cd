/** A controller whose pods the API server refuses. */
import { type AdmissionRefusal, parseRefusalOfPod, type RefusalRule } from "./admissionRefusal.ts";
import type { OwnerFacts } from "./ownerFacts.ts";

export interface RefusedOwner extends AdmissionRefusal {
  /** The controller that creates the pods, e.g. "replicaset/web-7c47f956d7". */
  ref: string;
  evidence: string[];
}

/** @param rules refusing rules to match; empty: any rule */
export function refusedBy({ refused }: OwnerFacts, ...rules: readonly RefusalRule[]): RefusedOwner | undefined {
  if (refused === undefined) return undefined;
  const refusal = parseRefusalOfPod(refused.message);
  if (rules.length > 0 && !rules.includes(refusal.rule)) return undefined;
  return {
    ...refusal,
    ref: refused.ref,
    evidence: [`${refused.ref} cannot create its pods`, refused.source],
  };
}
