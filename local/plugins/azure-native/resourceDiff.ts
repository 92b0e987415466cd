/** Compares the deployed inputs with the program's, and decides which differences need a replacement. */
import { inputChanges, topLevelKey } from "../rpc/diffResponse.ts";
import type { DiffRequest, DiffResult, PropertyChange } from "../rpc/engineRequests.ts";
import { isProperties, reveal } from "../rpc/wireValues.ts";
import type { Properties, Value } from "../rpc/wireValues.ts";
import { createBeforeDeleteFlag } from "./autoName.ts";
import { withoutIndices, withoutNulls } from "./propertyPath.ts";
import { nameInputs } from "./types/describeType.ts";
import type { ResourceType } from "./types/describeType.ts";

/** "West Europe" and "westeurope" are the same location. */
function normalizedLocation(location: string): string {
  return location.replaceAll(" ", "").toLowerCase();
}

function bothStrings(a: Value | undefined, b: Value | undefined, same: (a: string, b: string) => boolean): boolean {
  return typeof a === "string" && typeof b === "string" && same(a, b);
}

/** Managed clusters report tiers from before 2023 under their present names. */
function sameSku(a: Value | undefined, b: Value | undefined): boolean {
  const renamed: Record<string, string> = { Basic: "Base", Paid: "Standard" };
  const modern = (name: string) => renamed[name] ?? name;
  return (
    isProperties(a) &&
    isProperties(b) &&
    bothStrings(a.name, b.name, (x, y) => modern(x) === modern(y)) &&
    bothStrings(a.tier, b.tier, (x, y) => modern(x) === modern(y))
  );
}

/** Whether a difference is only one of spelling. */
function insignificant(path: string, old: Properties, now: Properties): boolean {
  if (/(^|\.)__/.test(path)) {
    return true;
  }
  const key = topLevelKey(path);
  switch (key) {
    case "location":
      return bothStrings(old.location, now.location, (a, b) => normalizedLocation(a) === normalizedLocation(b));
    case "resourceGroupName":
      return bothStrings(old[key], now[key], (a, b) => a.toLowerCase() === b.toLowerCase());
    case "sku":
      return sameSku(old.sku, now.sku);
    default:
      return false;
  }
}

/** A changed part of a property that cannot be updated counts as a change of the property; an added or removed part does not. */
function needsReplacement(rules: Set<string>, path: string, kind: PropertyChange["kind"]): boolean {
  const generic = withoutIndices(path);
  if (rules.has(generic)) {
    return true;
  }
  return (
    kind === "update" && [...rules].some((rule) => generic.startsWith(`${rule}.`) || generic.startsWith(`${rule}[`))
  );
}

/** The differences. Like the official plugin, compares inputs with inputs, not with what the service returns. */
export function resourceDiff(
  type: ResourceType,
  request: Pick<DiffRequest, "olds" | "oldInputs" | "news">,
): DiffResult {
  const state = reveal(request.olds) as Properties;
  // Imported inputs have no version, but their state has one. That is not a change of the resource.
  const { azureApiVersion } = state;
  const version: Properties = azureApiVersion === undefined ? {} : { azureApiVersion };
  const old = withoutNulls({ ...version, ...(reveal(request.oldInputs) as Properties) });
  const now = withoutNulls({ ...version, ...(reveal(request.news) as Properties) });
  const rules = new Set([...nameInputs(type), ...(type.replaceOnChange ?? [])]);

  const changes: Record<string, PropertyChange> = {};
  for (const [path, change] of Object.entries(inputChanges({ oldInputs: old, news: now }))) {
    if (insignificant(path, old, now)) {
      continue;
    }
    // Setting the value that the service has chosen changes nothing.
    const namesTheDefault =
      change.kind === "add" && now[path] !== undefined && JSON.stringify(now[path]) === JSON.stringify(state[path]);
    changes[path] = { ...change, replace: !namesTheDefault && needsReplacement(rules, path, change.kind) };
  }
  const replaces = Object.values(changes).some((change) => change.replace === true);
  return { changes, deleteBeforeReplace: replaces && old[createBeforeDeleteFlag] !== true };
}
