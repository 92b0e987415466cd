/**
 * Who changed the drifted resources, and when: from Azure's activity log and the field managers of Kubernetes objects.
 */
import type { ClusterReader } from "../cluster/clusterReader.ts";
import type { ActivityEvent } from "../azure/resourceActivity.ts";
import { pathSteps } from "../pulumi/propertyChanges.ts";
import type { ChangedBy, Drifted } from "./lookForDrift.ts";

export interface Witnesses {
  /** Azure's record of a resource since the last update, newest first. Absent: Azure cannot be reached. */
  activity?: (resourceId: string) => Promise<ActivityEvent[]>;
  /** Absent: the cluster cannot be reached. */
  cluster?: Pick<ClusterReader, "get">;
}

/** The newest changes only: a person has to read them. */
const most = 3;

/** The same resources, with who changed them where known. Failed lookups are left out. */
export async function withWitnesses(drifted: readonly Drifted[], witnesses: Witnesses): Promise<Drifted[]> {
  return Promise.all(
    drifted.map(async (one) => {
      const by = await witnessed(one, witnesses).catch(() => []);
      return by.length === 0 ? one : { ...one, by: by.slice(0, most) };
    }),
  );
}

async function witnessed(drifted: Drifted, { activity, cluster }: Witnesses): Promise<ChangedBy[]> {
  const { type, id, what } = drifted;
  if (id === undefined) return [];
  if (type.startsWith("azure-native:")) {
    const events = (await activity?.(id)) ?? [];
    return events.map(({ caller, time, operation }) => ({ who: caller, at: time, how: operation }));
  }
  const path = what === "deleted" ? undefined : pathOf(type, id);
  if (path === undefined || cluster === undefined) return [];
  const { metadata } = await cluster.get<{ metadata?: { managedFields?: ManagedFields[] } }>(path);
  return managersOf(metadata?.managedFields ?? [], drifted);
}

/** The API path of an object. @param id Pulumi's id: NAMESPACE/NAME, or NAME */
export function pathOf(type: string, id: string): string | undefined {
  const [, group = "", kind = ""] = /^kubernetes:(.+):(\w+)$/.exec(type) ?? [];
  if (kind === "") return undefined;
  const lower = kind.toLowerCase();
  const plural = /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}${/[sx]$/.test(lower) ? "es" : "s"}`;
  const api = group.startsWith("core/") ? `api/${group.slice(5)}` : `apis/${group}`;
  const [namespace, name] = id.split("/");
  return name === undefined ? `${api}/${plural}/${namespace}` : `${api}/namespaces/${namespace}/${plural}/${name}`;
}

interface ManagedFields {
  manager?: string;
  operation?: string;
  time?: string;
  fieldsV1?: Fields;
}
interface Fields {
  [key: string]: Fields;
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export function managersOf(
  entries: readonly ManagedFields[],
  { properties }: Pick<Drifted, "properties">,
): ChangedBy[] {
  return entries
    .filter(({ manager = "", fieldsV1 }) => {
      // Pulumi's own fields are the baseline of the comparison.
      const own = manager.startsWith("pulumi-kubernetes");
      return !own && properties.some(({ path }) => owns(fieldsV1, stepsOf(path)));
    })
    .sort((a, b) => ((a.time ?? "") < (b.time ?? "") ? 1 : -1))
    .map(({ manager = "unknown", operation = "Update", time }) => ({
      who: `the program ${manager}`,
      how: operation,
      ...(time === undefined ? {} : { at: time }),
    }));
}

/** List indexes become "*", because managed fields identify items by key. */
const stepsOf = (path: string): string[] => pathSteps(path).map(({ key, isIndex }) => (isIndex ? "*" : key));

function owns(fields: Fields | undefined, [step, ...rest]: readonly string[]): boolean {
  if (fields === undefined) return false;
  if (step === undefined) return true;
  if (step !== "*") return owns(fields[`f:${step}`], rest);
  return Object.entries(fields).some(([key, inner]) => /^[kv]:/.test(key) && owns(inner, rest));
}
