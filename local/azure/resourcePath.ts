/**
 * Parses paths of the Resource Manager, and compares ids. A path names a resource, a collection of resources, or an action on a resource. Its case
 * does not matter.
 */
export interface Target {
  subscription: string | undefined;
  resourceGroup: string | undefined;
  /** The scope of the last provider's types: a resource group, a subscription, or another resource's id; "" for the tenant. */
  scope: string;
  namespace: string | undefined;
  /** Equally many types and names: a resource. One type more: a collection, or with POST an action. */
  types: string[];
  names: string[];
}

/** Parses a path. Undefined if it is not a path of the Resource Manager. */
export function parsePath(path: string): Target | undefined {
  const segments = path.split("/").filter((segment) => segment !== "");
  const provider = segments.findLastIndex((segment) => segment.toLowerCase() === "providers");
  const before = provider < 0 ? segments : segments.slice(0, provider);
  const after = provider < 0 ? [] : segments.slice(provider + 1);
  const place = parsePlace(before);
  if (place === undefined) return undefined;
  const [namespace, ...rest] = after;
  return {
    ...place,
    scope: before.length === 0 ? "" : `/${before.join("/")}`,
    namespace,
    types: rest.filter((_, index) => index % 2 === 0),
    names: rest.filter((_, index) => index % 2 === 1),
  };
}

function parsePlace(
  segments: string[],
): { subscription: string | undefined; resourceGroup: string | undefined } | undefined {
  const [first, subscription, second, resourceGroup] = segments;
  if (first === undefined) return { subscription: undefined, resourceGroup: undefined };
  if (first.toLowerCase() !== "subscriptions") return undefined;
  const inGroup = second?.toLowerCase() === "resourcegroups";
  return { subscription, resourceGroup: inGroup ? resourceGroup : undefined };
}

/** The form of an id that is stored and compared. */
export function idKey(id: string): string {
  return id.replace(/\/+$/, "").toLowerCase();
}

/** Whether an id is equal to a scope or below it. */
export function isWithin(id: string, scope: string): boolean {
  const inner = idKey(id);
  const outer = idKey(scope);
  return outer === "" || inner === outer || inner.startsWith(`${outer}/`);
}

export const subscriptionId = (subscription: string) => `/subscriptions/${subscription}`;

export const resourceGroupId = (subscription: string, name: string) =>
  `${subscriptionId(subscription)}/resourceGroups/${name}`;

/** The name of the resource group in an id, or undefined. */
export function resourceGroupOf(id: string): string | undefined {
  return parsePath(id)?.resourceGroup;
}
