/** Lists in the Resource Manager's form, `{ value, nextLink }`, with filters on name, type, group and tag. */
import { ArmError } from "./armErrors.ts";
import type { Reply, Request } from "./httpMessages.ts";
import type { Resource } from "./inventory.ts";
import { resourceGroupOf } from "./resourcePath.ts";

const pageSize = 100;

/** One page of a list, of `$top` items or 100. `nextLink` leads to the next page. */
export function page(request: Request, items: readonly unknown[]): Reply {
  const start = Number(request.query.get("$skiptoken") ?? 0);
  const top = Number(request.query.get("$top") ?? pageSize);
  if (!Number.isInteger(top) || top < 1) {
    throw new ArmError(
      400,
      "InvalidTopInQueryString",
      `The $top value '${request.query.get("$top")}' is not a positive number.`,
    );
  }
  const end = start + Math.min(top, pageSize);
  const query = new URLSearchParams(request.query);
  query.set("$skiptoken", `${end}`);
  const more = end < items.length;
  return {
    status: 200,
    body: {
      value: items.slice(start, end),
      ...(more ? { nextLink: `${request.origin}${encodeURI(request.path)}?${query.toString()}` } : {}),
    },
  };
}

const fields: Record<string, (resource: Resource, value: string) => boolean> = {
  resourcetype: (resource, value) => resource.type.toLowerCase() === value,
  resourcegroup: (resource, value) => resourceGroupOf(resource.id)?.toLowerCase() === value,
  name: (resource, value) => resource.name.toLowerCase() === value,
  location: (resource, value) => resource.location === value,
};

/** Applies a `$filter`: `field eq 'value'` joined by `and`. A tag is filtered by `tagName`, with or without `tagValue`. */
export function filterResources<T extends Resource>(resources: T[], filter: string | null): T[] {
  if (filter === null || filter.trim() === "") return resources;
  const conditions = filter.split(/\s+and\s+/i).map((condition) => {
    const match = /^\(?\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*\)?$/i.exec(condition.trim());
    if (match === null) throw invalidFilter(filter);
    return { field: (match[1] ?? "").toLowerCase(), value: (match[2] ?? "").replaceAll("''", "'") };
  });
  const tagName = conditions.find(({ field }) => field === "tagname")?.value;
  const tagValue = conditions.find(({ field }) => field === "tagvalue")?.value;
  if (tagValue !== undefined && tagName === undefined) throw invalidFilter(filter);
  const plain = conditions.filter(({ field }) => field !== "tagname" && field !== "tagvalue");
  for (const { field } of plain) if (!(field in fields)) throw invalidFilter(filter);
  return resources.filter((resource) => {
    if (tagName !== undefined) {
      // Tag names are compared ignoring case, tag values are not.
      const tag = Object.entries(resource.tags ?? {}).find(([name]) => name.toLowerCase() === tagName.toLowerCase());
      if (tag === undefined || (tagValue !== undefined && tag[1] !== tagValue)) return false;
    }
    return plain.every(({ field, value }) => fields[field]?.(resource, value.toLowerCase()) === true);
  });
}

function invalidFilter(filter: string): ArmError {
  return new ArmError(400, "InvalidFilterInQueryString", `Invalid $filter '${filter}' specified in the query string.`);
}
