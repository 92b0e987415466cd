import type { TestResource } from "../judged.ts";

/** Resources for which a rule passes, fails or is undecided. */
export interface RuleCases {
  right: [title: string, resource: TestResource, config?: object][];
  /** With the first lines of the message, down to "Why:". */
  wrong: [title: string, resource: TestResource, says: string[], config?: object][];
  /** With the paths that are not known. */
  undecided: [title: string, resource: TestResource, paths: string[], config?: object][];
}

/** A copy of an object with other values at some paths, e.g. `{ "spec.replicas": 2 }`; `undefined` removes the value. */
export function changed<T extends object>(object: T, changes: Record<string, unknown>): T {
  // Not structuredClone, whose objects are from another realm than jest's: the SDK would not recognize them as objects.
  const copy = JSON.parse(JSON.stringify(object)) as T;
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let target = copy as Record<string, unknown>;
    for (const key of keys) target = (target[key] ??= {}) as Record<string, unknown>;
    if (value === undefined) delete target[last];
    else target[last] = value;
  }
  return copy;
}
