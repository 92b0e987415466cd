/** The difference between an object as it was last seen and the inputs it shall have, by property path. */
import { joinPath } from "../rpc/diffResponse.ts";
import type { PropertyChange } from "../rpc/engineRequests.ts";
import { isProperties, Unknown } from "../rpc/propertyValues.ts";
import type { Properties, Value } from "../rpc/propertyValues.ts";
import { sameAsAbsent, sameScalar } from "./equivalence.ts";
import type { Path } from "./equivalence.ts";

/** One changed property. */
export interface Change extends PropertyChange {
  path: Path;
  /** The new value; of a removed property the old one. */
  value: Value;
}

function* changesBetween(
  apiVersion: string,
  old: Value | undefined,
  now: Value | undefined,
  path: Path,
): Generator<Change> {
  if (now === undefined || old === undefined) {
    const value = now ?? old ?? null;
    if (old !== now && !sameAsAbsent(apiVersion, path, value)) {
      yield now === undefined ? { kind: "delete", inputDiff: true, path, value } : { kind: "add", path, value };
    }
  } else if (isProperties(old) && isProperties(now)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      yield* changesBetween(apiVersion, old[key], now[key], [...path, key]);
    }
  } else if (Array.isArray(old) && Array.isArray(now)) {
    for (let i = 0; i < Math.max(old.length, now.length); i++) {
      yield* changesBetween(apiVersion, old[i], now[i], [...path, i]);
    }
  } else if (now instanceof Unknown || !sameScalar(apiVersion, path, old, now)) {
    yield { kind: "update", path, value: now };
  }
}

/** Changes from the pruned live object (`prune.ts`) to the new inputs; both without secrets' wrappers. */
export function changesTo(apiVersion: string, old: Properties, now: Properties): Change[] {
  return [...changesBetween(apiVersion, old, now, [])];
}

/** A path as the engine writes it: `spec.containers[0].image`, `metadata.labels["a/b"]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : joinPath(text, key)), "");
}

/** The keys of a property path as programs write it in `ignoreChanges`; `*` stands for any key or index. */
export function parsePath(text: string): Path {
  const keys = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g);
  return [...keys].map(([, quoted, index, plain]) => {
    if (quoted !== undefined) {
      return quoted.replaceAll('\\"', '"');
    }
    return index === undefined || index === "*" ? (plain ?? "*") : Number(index);
  });
}

/** True when the change is at the ignored path or below it. */
export function isIgnored(path: Path, ignored: Path): boolean {
  return ignored.length <= path.length && ignored.every((key, i) => key === "*" || String(key) === String(path[i]));
}
