/** What of a live object answers to the inputs it was made from. */
import { sameAsAbsent, sameScalar } from "./equivalence.ts";
import type { Path } from "./equivalence.ts";

type Fields = { [key: string]: unknown };

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The live value in the shape of the inputs: fields that the inputs do not have are left out, they are defaults or
 * somebody else's. Where both mean the same, the inputs' way of writing stays, so that it shows as no change.
 *
 * Arrays are matched by position, and live elements behind the last input element are left out.
 */
export function prune(apiVersion: string, live: unknown, inputs: unknown, path: Path = []): unknown {
  if (isFields(live) && isFields(inputs)) {
    const kept = Object.entries(inputs).flatMap(([key, input]): [string, unknown][] => {
      if (Object.hasOwn(live, key)) {
        return [[key, prune(apiVersion, live[key], input, [...path, key])]];
      }
      return sameAsAbsent(apiVersion, [...path, key], input) ? [[key, input]] : [];
    });
    return Object.fromEntries(kept);
  }
  if (Array.isArray(live) && Array.isArray(inputs)) {
    return live.slice(0, inputs.length).map((member, i) => prune(apiVersion, member, inputs[i], [...path, i]));
  }
  return sameScalar(apiVersion, path, live, inputs) ? inputs : live;
}
