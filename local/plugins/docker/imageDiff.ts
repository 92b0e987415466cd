/** Differences of a `docker.Image`, by top-level property as the official plugin has them. Nothing ever needs a replacement. */
import { valueChanges } from "../rpc/diffResponse.ts";
import type { DiffRequest, DiffResult, PropertyChange } from "../rpc/engineRequests.ts";
import { isProperties, reveal } from "../rpc/propertyValues.ts";
import type { Properties, Value } from "../rpc/propertyValues.ts";

/** Only the server counts: a token to push with is another one each time, and nothing is to be built because of it. */
function registryChanged(old: Value | undefined, now: Value | undefined): boolean {
  const server = (registry: Value | undefined) => (isProperties(registry) ? registry.server : undefined);
  return Object.keys(valueChanges(server(old), server(now))).length > 0;
}

/** The inputs of the last build: the official plugin keeps them in the outputs, and compares with these. */
export function builtInputs(olds: Properties, oldInputs: Properties): Properties {
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
