/** Compares the inputs of a `docker.Image` by top-level property, like the official plugin. No change needs a replacement. */
import { valueChanges } from "../rpc/diffResponse.ts";
import type { DiffRequest, DiffResult, PropertyChange } from "../rpc/engineRequests.ts";
import { isProperties, reveal } from "../rpc/wireValues.ts";
import type { Properties, Value } from "../rpc/wireValues.ts";

/** Compares only the server: push tokens differ each time, and must not cause a build. */
function registryChanged(old: Value | undefined, now: Value | undefined): boolean {
  const server = (registry: Value | undefined) => (isProperties(registry) ? registry.server : undefined);
  return Object.keys(valueChanges(server(old), server(now))).length > 0;
}

/** The inputs of the last build, which the official plugin keeps in the outputs and compares with. */
function builtInputs(olds: Properties, oldInputs: Properties): Properties {
  const kept = reveal(olds.__inputs ?? null);
  return isProperties(kept) ? kept : (reveal(oldInputs) as Properties);
}

export function imageDiff({ olds, oldInputs, news }: Pick<DiffRequest, "olds" | "oldInputs" | "news">): DiffResult {
  const old = builtInputs(olds, oldInputs);
  const now = reveal(news) as Properties;
  const changes: Record<string, PropertyChange> = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const before = old[key];
    const after = now[key];
    const changed =
      key === "registry" && isProperties(before) && isProperties(after)
        ? registryChanged(before, after)
        : Object.keys(valueChanges(before, after)).length > 0;
    if (changed) {
      changes[key] = {
        kind: before === undefined ? "add" : after === undefined ? "delete" : "update",
        inputDiff: true,
      };
    }
  }
  return { changes };
}
