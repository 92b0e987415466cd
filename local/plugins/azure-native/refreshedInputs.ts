/** Applies changes that were made outside of Pulumi to the inputs, as if the program had made them. */
import { isDeepStrictEqual } from "node:util";

import { isProperties, reveal, withSecretsOf } from "../rpc/wireValues.ts";
import type { Properties, Value } from "../rpc/wireValues.ts";
import { settableOutputs } from "./body.ts";
import type { ResourceType } from "./types/describeType.ts";

function withChange(base: Value | undefined, old: Value, now: Value): Value {
  if (isProperties(base) && isProperties(old) && isProperties(now)) {
    return withChanges(base, old, now);
  }
  if (Array.isArray(base) && Array.isArray(old) && Array.isArray(now)) {
    return now.map((item, index) => {
      const before = old[index];
      return before === undefined || base[index] === undefined ? item : withChange(base[index], before, item);
    });
  }
  return isDeepStrictEqual(old, now) ? (base ?? now) : now;
}

/** `base` with the differences between `old` and `now` applied to it. */
function withChanges(base: Properties, old: Properties, now: Properties): Properties {
  const result = { ...base };
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const before = old[key];
    const after = now[key];
    if (after === undefined) {
      delete result[key];
    } else if (before === undefined) {
      result[key] = after;
    } else if (!isDeepStrictEqual(before, after)) {
      result[key] = withChange(base[key], before, after);
    }
  }
  return result;
}

/**
 * The inputs of a refreshed resource.
 *
 * Inputs cannot be read from the service, and it has chosen most of what it returns itself. Like the official plugin, this applies
 * the differences between the outputs in the state and the current outputs.
 */
export function refreshedInputs(
  type: ResourceType,
  inputs: Properties,
  oldOutputs: Properties,
  newOutputs: Properties,
): Properties {
  const shared = (type.sharedLists ?? []).filter((name) => inputs[name] === undefined);
  const compared = (outputs: Properties) =>
    Object.fromEntries(Object.entries(settableOutputs(type, outputs)).filter(([name]) => !shared.includes(name)));
  const plain = reveal(inputs) as Properties;
  const refreshed = withChanges(
    plain,
    compared(reveal(oldOutputs) as Properties),
    compared(reveal(newOutputs) as Properties),
  );
  return withSecretsOf(refreshed, inputs) as Properties;
}

/** The value without its empty parts, or `undefined` if nothing is left. */
function withoutEmpty(value: Value): Value | undefined {
  if (Array.isArray(value)) {
    const items = value.map(withoutEmpty).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (isProperties(value)) {
    const entries = Object.entries(value).map(([key, member]): [string, Value | undefined] => [
      key,
      withoutEmpty(member),
    ]);
    const present = entries.filter((entry): entry is [string, Value] => entry[1] !== undefined);
    return present.length > 0 ? Object.fromEntries(present) : undefined;
  }
  return value;
}

/** The inputs of an imported resource: its names, and all outputs that inputs can set and that are not empty. */
export function importedInputs(type: ResourceType, names: Record<string, string>, outputs: Properties): Properties {
  const settable = withoutEmpty(settableOutputs(type, reveal(outputs) as Properties));
  return { ...(isProperties(settable) ? settable : {}), ...names };
}
