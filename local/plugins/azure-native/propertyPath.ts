/**
 * Property paths: `identity.type`, `agentPoolProfiles[].name` (of each item of a list) or `addonProfiles{}.enabled` (of each entry
 * of a map).
 */
import { isProperties, mapMembers } from "../rpc/wireValues.ts";
import type { Properties, Value } from "../rpc/wireValues.ts";

interface Segment {
  key: string;
  each: "itself" | "item" | "entry";
}

function parse(path: string): Segment[] {
  return path.split(".").map((part) => {
    const key = part.replace(/(\[\]|\{\})$/, "");
    return { key, each: part.endsWith("[]") ? "item" : part.endsWith("{}") ? "entry" : "itself" };
  });
}

function members(value: Value | undefined, each: Segment["each"]): [suffix: string, member: Value][] {
  if (each === "item") {
    return Array.isArray(value) ? value.map((item, index) => [`[${index}]`, item]) : [];
  }
  if (each === "entry") {
    return isProperties(value) ? Object.entries(value).map(([key, entry]) => [`.${key}`, entry]) : [];
  }
  return value === undefined ? [] : [["", value]];
}

/** Maps the value at a path to its new value. `undefined` means no value. */
type Change = (found: Value | undefined) => Value | undefined;

function changeSegments(owner: Properties, segments: Segment[], change: Change): Properties {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    return owner;
  }
  const { [segment.key]: found, ...others } = owner;
  const isLast = rest.length === 0;
  const inner = (member: Value) => (isProperties(member) ? changeSegments(member, rest, change) : member);
  if (found === undefined && (!isLast || segment.each !== "itself")) {
    return owner;
  }
  if (found !== undefined && segment.each !== "itself") {
    const changed = mapMembers(found, (member) => (isLast ? (change(member) ?? member) : inner(member)));
    return { ...owner, [segment.key]: changed };
  }
  const replaced = isLast || found === undefined ? change(found) : inner(found);
  return replaced === undefined ? others : { ...owner, [segment.key]: replaced };
}

/** A copy with the value at the path changed. Unchanged where the path's parent does not exist. */
export function changeAt(properties: Properties, path: string, change: Change): Properties {
  return changeSegments(properties, parse(path), change);
}

/** A copy with the member at the path renamed. */
export function renameAt(properties: Properties, path: string, name: string): Properties {
  const [owner = "", old = ""] = path.split(/\.(?=[^.]*$)/);
  return changeAt(properties, owner, (found) => {
    if (!isProperties(found)) return found;
    const { [old]: value, ...others } = found;
    return value === undefined ? found : { ...others, [name]: value };
  });
}

/** The concrete paths of missing properties whose parent exists: `["agentPoolProfiles[1].name"]`. */
export function missingAt(properties: Properties, path: string): string[] {
  const segments = parse(path);
  const last = segments.at(-1);
  let owners: [path: string, owner: Value][] = [["", properties]];
  for (const { key, each } of segments.slice(0, -1)) {
    owners = owners.flatMap(([at, owner]) => {
      const found = isProperties(owner) ? owner[key] : undefined;
      const start = at === "" ? key : `${at}.${key}`;
      return members(found, each).map(([suffix, member]): [string, Value] => [start + suffix, member]);
    });
  }
  return owners.flatMap(([at, owner]) =>
    last !== undefined && isProperties(owner) && owner[last.key] === undefined
      ? [at === "" ? last.key : `${at}.${last.key}`]
      : [],
  );
}

/** Converts a path in the engine's form (`agentPoolProfiles[0].count`) to this form (`agentPoolProfiles[].count`). */
export function withoutIndices(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "[]");
}

/** A copy without `null` at any depth, which the official plugin treats as "not set". */
export function withoutNulls(properties: Properties): Properties {
  const clean = (value: Value): Value =>
    isProperties(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, member]) => member !== null)
            .map(([key, member]) => [key, clean(member)]),
        )
      : mapMembers(value, clean);
  return clean(properties) as Properties;
}
