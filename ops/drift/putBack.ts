/** `drift --put-back`: refreshes and updates exactly the drifted resources, and never a guarded one. */
import { CouldNotRun } from "../couldNotRun.ts";
import { guardedTypes } from "../previewReport/guarded.ts";
import type { Preview } from "../previewReport/reportFormat.ts";
import type { Drifted } from "./lookForDrift.ts";

/** Nothing was put back because the update would do more than that, or a policy would stop it. */
export class PutsBackMore extends CouldNotRun {
  override readonly name = "PutsBackMore";
}

export interface Choice {
  /** Resources to put back. */
  chosen: Drifted[];
  /** Resources that stay as they are, and why. */
  left: { drifted: Drifted; why: string }[];
  /** Whether no requested resource stays as it is. */
  complete: boolean;
}

/**
 * @param named requested URNs; absent: all drifted resources
 * @param kinds types that may be put back; absent: all
 */
export function chooseToPutBack(
  drifted: readonly Drifted[],
  { named, kinds }: { named?: readonly string[]; kinds?: readonly string[] },
): Choice {
  const choice: Choice = { chosen: [], left: [], complete: true };
  for (const one of drifted) {
    const requested = (named?.includes(one.urn) ?? true) && (kinds?.includes(one.type) ?? true);
    const why =
      guardedTypes[one.type] !== undefined
        ? "it is guarded: npx tarmac deploy --refresh puts it back, after you have read the preview"
        : named !== undefined && !named.includes(one.urn)
          ? "it has drifted since, or was not asked for"
          : kinds !== undefined && !kinds.includes(one.type)
            ? "its type is not in autoPutBack"
            : undefined;
    if (why === undefined) choice.chosen.push(one);
    else choice.left.push({ drifted: one, why });
    choice.complete &&= why === undefined || !requested;
  }
  return choice;
}

/**
 * @throws PutsBackMore if the update would touch any other resource, or replace or delete one, or violates a mandatory
 * policy; also with the preview's errors if the preview fails
 */
export function refuseMore({ outcome, errors, changes, policy }: Preview, urns: readonly string[]): void {
  if (outcome === "failed") throw new PutsBackMore(`cannot be previewed: ${errors.map(({ text }) => text).join("; ")}`);
  const violated = new Set(policy.filter(({ mandatory }) => mandatory).map((finding) => finding.policy));
  // The update would stop at the violation, after it has put back a part.
  if (violated.size > 0)
    throw new PutsBackMore(`nothing was put back, because the stack violates ${[...violated].join(", ")}`);
  const more = changes.filter(({ action, urn }) => !urns.includes(urn) || (action !== "create" && action !== "update"));
  if (more.length === 0) return;
  const what = more.map(({ action, name, type }) => `${action} ${name} (${type})`).join(", ");
  throw new PutsBackMore(`nothing was put back, because that would also ${what}: use npx tarmac deploy --refresh`);
}
