/**
 * Paths of the Resource Manager taken apart. A path names a resource, a collection of resources, or an action on a resource; everything
 * in it is compared without regard to case.
 */
export interface Target {
  subscription: string | undefined;
  resourceGroup: string | undefined;
  /** What the last provider's types hang on: a resource group, a subscription, or another resource's id; "" for the tenant. */
  scope: string;
  namespace: string | undefined;
  /** As many types as names: a resource. One more: a collection, or, with POST, an action. */
  types: string[];
  names: string[];
}

/** Takes a path apart, or gives undefined for what is no path of the Resource Manager. */
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

/** The key under which an id is kept and compared. */
export function idKey(id: string): string {
  return id.replace(/\/+$/, "").toLowerCase();
}

/** Whether an id is a scope itself or lies below it. */
export function isWithin(id: string, scope: string): boolean {
  const inner = idKey(id);
  const outer = idKey(scope);
  return outer === "" || inner === outer || inner.startsWith(`${outer}/`);
}

export const subscriptionId = (subscription: string) => `/subscriptions/${subscription}`;

export const resourceGroupId = (subscription: string, name: string) =>
  `${subscriptionId(subscription)}/resourceGroups/${name}`;

/** Name of the resource group an id lies in, or undefined. */
export function resourceGroupOf(id: string): string | undefined {
  return parsePath(id)?.resourceGroup;
}
