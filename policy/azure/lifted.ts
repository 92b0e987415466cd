/**
 * A generic resource has its settings one level deeper, in `properties`. This file moves them up for the rules, and
 * converts the paths of the outcomes back.
 */
import type { Outcome } from "../outcome.ts";
import { notKnown, type Value } from "../propertyValues.ts";

/** Azure's top-level properties of every resource, apart from `properties`. */
const beside = new Set([
  "extendedLocation",
  "identity",
  "kind",
  "location",
  "managedBy",
  "plan",
  "sku",
  "tags",
  "zones",
]);

/** Returns the resource with its settings at the top level, as in the SDK's own types. */
export function lifted(resource: Value): Value {
  if (typeof resource !== "object" || resource === null || Array.isArray(resource)) return resource;
  const { properties, ...own } = resource as Readonly<Record<string, Value>>;
  if (properties === notKnown) return notKnown;
  const inner = typeof properties === "object" && properties !== null && !Array.isArray(properties) ? properties : {};
  return { ...(inner as Readonly<Record<string, Value>>), ...own };
}

/** Returns an outcome with the value's real path. */
export function inPlace(outcome: Outcome): Outcome {
  const [first = ""] = outcome.path.split(/[.[]/, 1);
  return beside.has(first) ? outcome : { ...outcome, path: `properties.${outcome.path}` };
}
