/** The settings of a resource of any version stand one level lower, in `properties`: here they are lifted out for the rules, and put back in words. */
import type { Outcome } from "../outcome.ts";
import { notKnown, type Value } from "../propertyValues.ts";

/** What Azure has beside `properties` in every resource. */
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

/** The resource with its settings at the top, as the SDK's own types have them. */
export function lifted(resource: Value): Value {
  if (typeof resource !== "object" || resource === null || Array.isArray(resource)) return resource;
  const { properties, ...own } = resource as Readonly<Record<string, Value>>;
  if (properties === notKnown) return notKnown;
  const inner = typeof properties === "object" && properties !== null && !Array.isArray(properties) ? properties : {};
  return { ...(inner as Readonly<Record<string, Value>>), ...own };
}

/** An outcome with the path at which the value really stands. */
export function inPlace(outcome: Outcome): Outcome {
  const [first = ""] = outcome.path.split(/[.[]/, 1);
  return beside.has(first) ? outcome : { ...outcome, path: `properties.${outcome.path}` };
}
