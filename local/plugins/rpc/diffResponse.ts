/** Compares two trees of properties, and converts the differences to the engine's message. */
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { DiffResponse } from "@pulumi/pulumi/proto/provider_pb.js";

import type { DiffResult, PropertyChange } from "./engineRequests.ts";
import { isProperties, Secret, Unknown } from "./wireValues.ts";
import type { Properties, Value } from "./wireValues.ts";

const { DiffChanges } = providerPb.DiffResponse;

function kindCode({ kind, replace }: PropertyChange): number {
  const { Kind } = providerPb.PropertyDiff;
  switch (kind) {
    case "add":
      return replace ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}

/** The first key of a property path: `spec` of `spec.ports[0]`, `a.b` of `["a.b"].c`. */
export function topLevelKey(path: string): string {
  const quoted = /^\["((?:[^"\\]|\\.)*)"\]/.exec(path);
  return quoted?.[1]?.replaceAll('\\"', '"') ?? /^[^.[]*/.exec(path)?.[0] ?? path;
}

/** Appends a key to a property path. A key that is not a plain word is quoted (`metadata.labels["a/b"]`). */
export function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) {
    return `${path}["${key.replaceAll('"', '\\"')}"]`;
  }
  return path === "" ? key : `${path}.${key}`;
}

/** All differences between two values, by the path of the deepest part that differs. Ignores whether values are secret. */
export function valueChanges(
  old: Value | undefined,
  now: Value | undefined,
  path = "",
): Record<string, PropertyChange> {
  const before = old instanceof Secret ? old.value : old;
  const after = now instanceof Secret ? now.value : now;
  if (before === undefined || after === undefined) {
    return before === after ? {} : { [path]: { kind: before === undefined ? "add" : "delete" } };
  }
  let members: [string, Value | undefined, Value | undefined][] | undefined;
  if (Array.isArray(before) && Array.isArray(after)) {
    const longer = before.length > after.length ? before : after;
    members = longer.map((_, i) => [`${path}[${i}]`, before[i], after[i]]);
  } else if (isProperties(before) && isProperties(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    members = keys.map((key) => [joinPath(path, key), before[key], after[key]]);
  }
  if (members !== undefined) {
    return Object.fromEntries(members.flatMap(([at, one, other]) => Object.entries(valueChanges(one, other, at))));
  }
  const same = JSON.stringify(before) === JSON.stringify(after) && !(after instanceof Unknown);
  return same ? {} : { [path]: { kind: "update" } };
}

/** All differences between the old and the new inputs of a request. */
export function inputChanges(request: { oldInputs: Properties; news: Properties }): Record<string, PropertyChange> {
  const changes = valueChanges(request.oldInputs, request.news);
  return Object.fromEntries(Object.entries(changes).map(([path, change]) => [path, { ...change, inputDiff: true }]));
}

/** The engine's message. The paths say which top-level properties changed, and which of them force a replacement. */
export function diffResponse(result: DiffResult): DiffResponse {
  const changes = Object.entries(result.changes);
  const replacing = changes.filter(([, change]) => change.replace);
  const response = new providerPb.DiffResponse()
    .setChanges(changes.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE)
    .setDiffsList([...new Set(changes.map(([path]) => topLevelKey(path)))])
    .setReplacesList([...new Set(replacing.map(([path]) => topLevelKey(path)))])
    .setDeletebeforereplace(result.deleteBeforeReplace ?? false)
    .setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const property = new providerPb.PropertyDiff().setInputdiff(change.inputDiff ?? false);
    response.getDetaileddiffMap().set(path, property.setKind(kindCode(change)));
  }
  return response;
}
