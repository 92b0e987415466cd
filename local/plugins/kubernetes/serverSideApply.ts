/** Server-side apply as the official plugin does it: whose fields they are, and what happens when two want the same. */
import type { DiffRequest } from "../rpc/engineRequests.ts";
import { isConflict } from "./cluster.ts";
import type { ApiError, Cluster, WriteOptions } from "./cluster.ts";
import { parsePath } from "./diff.ts";
import type { FieldSet, KubeObject, ManagedFields } from "./kubeObject.ts";

/** Objects are created under this name by an ordinary POST; the first apply takes the fields over. */
export const creatingManager = "pulumi-kubernetes";

const troubleshooting =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/" +
  "#handle-field-conflicts-on-existing-resources";

// By the beginning of their names: `kubectl-edit`, `kubectl-client-side-apply`. What these wrote becomes ours at the
// next apply; only shares of whole objects, so that `kubectl scale` (a subresource) stays a conflict that is reported.
const takenOver = [
  { prefix: "kubectl", operation: "Apply" },
  { prefix: "kubectl", operation: "Update" },
  { prefix: "before-first-apply", operation: "Update" },
  { prefix: creatingManager, operation: "Update" },
  { prefix: "pulumi-resource-kubernetes", operation: "Update" },
] as const;

function isTakenOver({ manager, operation, subresource }: ManagedFields): boolean {
  return (
    (subresource ?? "") === "" &&
    takenOver.some((one) => one.operation === operation && (manager ?? "").startsWith(one.prefix))
  );
}

function union(a: FieldSet, b: FieldSet): FieldSet {
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((field) => [field, union(a[field] ?? {}, b[field] ?? {})]),
  );
}

/** The shares after `manager` has taken over what it may; undefined when there is nothing to take. */
export function takeOver(shares: ManagedFields[], manager: string): ManagedFields[] | undefined {
  const taken = shares.filter((share) => isTakenOver(share));
  const [first] = taken;
  if (first === undefined) {
    return undefined;
  }
  const isOwn = (share: ManagedFields) => share.manager === manager && share.operation === "Apply";
  const own = shares.find(isOwn);
  const fields = [own, ...taken].reduce<FieldSet>((all, share) => union(all, share?.fieldsV1 ?? {}), {});
  const { apiVersion, fieldsType } = own ?? first;
  const ours: ManagedFields = { manager, operation: "Apply", apiVersion, fieldsType, fieldsV1: fields };
  return [...shares.filter((share) => !isTakenOver(share) && !isOwn(share)), { ...ours, time: (own ?? first).time }];
}

function conflictError(error: ApiError, manager: string): Error {
  return new Error(
    `server-side apply field conflict detected, see ${troubleshooting} for troubleshooting help\n` +
      `The resource managed by field manager "${manager}" had an apply conflict: ${error.message}`,
    { cause: error },
  );
}

/** True when every field in conflict is one that the real update would take over first. */
function onlyWithTakenOver(error: ApiError): boolean {
  const causes = error.status.details?.causes ?? [];
  return (
    causes.length > 0 &&
    causes.every(({ message = "" }) => {
      const manager = /^conflict with "([^"]*)"/.exec(message)?.[1] ?? "";
      return !message.includes("with subresource") && takenOver.some(({ prefix }) => manager.startsWith(prefix));
    })
  );
}

export interface ApplyOptions extends WriteOptions {
  fieldManager: string;
  /** The user asked for it (`pulumi.com/patchForce`): a conflict is decided for us. */
  force: boolean;
}

const takeOverAttempts = 5;

/** Takes over what other tools and the creation left; returns the object as it is then. */
async function takeOwnership(
  cluster: Cluster,
  live: KubeObject,
  fieldManager: string,
  signal: AbortSignal,
): Promise<KubeObject> {
  const name = { ...live, name: live.metadata.name ?? "", namespace: live.metadata.namespace };
  let current = live;
  for (let attempt = 1; ; attempt++) {
    const taken = takeOver(current.metadata.managedFields ?? [], fieldManager);
    if (taken === undefined) {
      return current;
    }
    try {
      const operations = [
        { op: "replace", path: "/metadata/managedFields", value: taken },
        { op: "replace", path: "/metadata/resourceVersion", value: current.metadata.resourceVersion },
      ];
      return await cluster.patch(name, operations, signal);
    } catch (error) {
      // A controller wrote its status in between.
      if (!isConflict(error) || attempt === takeOverAttempts) {
        throw error;
      }
      current = await cluster.get(name, signal);
    }
  }
}

/** Applies the object. @throws Error naming the fields that another manager has set to something else. */
export async function apply(
  cluster: Cluster,
  object: KubeObject,
  live: KubeObject,
  options: ApplyOptions,
): Promise<KubeObject> {
  const { fieldManager, dryRun, signal } = options;
  const owned = dryRun === true ? live : await takeOwnership(cluster, live, fieldManager, signal);
  // An object that was never applied by anybody has no shares; its fields belong to "before-first-apply".
  const force = options.force || (owned.metadata.managedFields ?? []).length === 0;
  try {
    return await cluster.apply(object, { ...options, force });
  } catch (error) {
    if (!isConflict(error)) {
      throw error;
    }
    if (dryRun === true && onlyWithTakenOver(error)) {
      return cluster.apply(object, { ...options, force: true });
    }
    throw conflictError(error, fieldManager);
  }
}

/** Gives up all fields of a manager that is no longer used. */
export async function relinquish(
  cluster: Cluster,
  object: KubeObject,
  fieldManager: string,
  signal: AbortSignal,
): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  const identity = { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace } };
  await cluster.apply(identity, { fieldManager, force: false, signal });
}

function covers(fields: FieldSet | undefined, path: string[]): boolean {
  const [first, ...rest] = path;
  const below = first === undefined ? undefined : fields?.[`f:${first}`];
  return first === undefined || (below !== undefined && covers(below, rest));
}

function member(object: unknown, path: string[]): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], object);
}

function withMember(object: unknown, [first, ...rest]: string[], value: unknown): unknown {
  const fields = { ...(object as Record<string, unknown>) };
  if (first === undefined) {
    return value;
  }
  const changed = rest.length === 0 ? value : withMember(fields[first] ?? {}, rest, value);
  return Object.fromEntries(Object.entries({ ...fields, [first]: changed }).filter(([, one]) => one !== undefined));
}

/**
 * The object to apply where a program ignores changes of some fields: one that only others manage is left out, so that
 * it stays theirs; any other keeps the value it has now. Fields within arrays are not looked into, as officially.
 */
export function withIgnoredChanges(
  object: KubeObject,
  live: KubeObject,
  fieldManager: string,
  ignoreChanges: DiffRequest["ignoreChanges"],
): KubeObject {
  const shares = live.metadata.managedFields ?? [];
  return ignoreChanges.reduce<KubeObject>((result, ignored) => {
    const path = parsePath(ignored).map(String);
    const isOurs = (share: ManagedFields) => share.manager === fieldManager || isTakenOver(share);
    const ours = shares.some((share) => isOurs(share) && covers(share.fieldsV1, path));
    const theirs = shares.some((share) => !isOurs(share) && covers(share.fieldsV1, path));
    const current = member(live, path);
    if (theirs && !ours) {
      return withMember(result, path, undefined) as KubeObject;
    }
    return current === undefined ? result : (withMember(result, path, current) as KubeObject);
  }, object);
}
