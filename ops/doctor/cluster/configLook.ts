/** Reads which of the ConfigMaps and Secrets that failing pods refer to exist, and with which keys. */
import type { Notes } from "../notes.ts";
import type { Pod } from "../../cluster/kubernetesObjects.ts";
import type { KeysLook } from "../observation.ts";
import { type ClusterReader, ReadRefused } from "../../cluster/clusterReader.ts";
import { type PullSecret, readPullSecret } from "../registry/pullSecretContent.ts";

type Kind = "configmaps" | "secrets";

export interface ConfigLook {
  configMaps: Record<string, KeysLook>;
  secrets: Record<string, KeysLook>;
  /** Names of all objects in the namespace, per kind with a missing object. */
  names?: { configMaps?: string[]; secrets?: string[] };
}

/** @param pods that wait for their configuration; Secrets of other pods are not read */
export async function lookAtConfig(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  pods: readonly Pod[],
): Promise<ConfigLook> {
  const names: Record<Kind, Set<string>> = { configmaps: new Set(), secrets: new Set() };
  for (const pod of pods) addReferences(pod, names);
  const look = async (kind: Kind): Promise<Record<string, KeysLook>> => {
    const entries = [...names[kind]].map(async (name): Promise<[string, KeysLook] | undefined> => {
      const object = await getOrMissing<KeyHolder>(reader, notes, `api/v1/namespaces/${namespace}/${kind}/${name}`);
      if (object === "unseen") return undefined;
      const keys = object === undefined ? [] : Object.keys({ ...object.data, ...object.binaryData });
      return [name, { exists: object !== undefined, keys }];
    });
    return Object.fromEntries((await Promise.all(entries)).filter((entry) => entry !== undefined));
  };
  const [configMaps, secrets] = await Promise.all([look("configmaps"), look("secrets")]);
  const all = async (kind: Kind, looks: Record<string, KeysLook>): Promise<string[] | undefined> => {
    if (Object.values(looks).every(({ exists }) => exists)) return undefined;
    const path = `api/v1/namespaces/${namespace}/${kind}`;
    const list = await notes.attempt(`the names of the ${kind}`, reader.list<Named>(path, {}, namesOnly), []);
    return list.map(({ metadata }) => metadata.name);
  };
  const [configMapNames, secretNames] = await Promise.all([all("configmaps", configMaps), all("secrets", secrets)]);
  const listed = {
    ...(configMapNames === undefined ? {} : { configMaps: configMapNames }),
    ...(secretNames === undefined ? {} : { secrets: secretNames }),
  };
  return { configMaps, secrets, ...(Object.keys(listed).length === 0 ? {} : { names: listed }) };
}

interface Named {
  metadata: { name: string };
}

/** Requests only names: the content of other objects is not read. */
const namesOnly = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

interface KeyHolder {
  type?: string;
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

/** @returns the object; undefined if it does not exist; "unseen", with a note, if reading is not allowed */
async function getOrMissing<T>(reader: ClusterReader, notes: Notes, path: string): Promise<T | undefined | "unseen"> {
  try {
    return await reader.get<T>(path);
  } catch (error) {
    if (error instanceof ReadRefused && error.status === 404) return undefined;
    notes.add(`${path.replace(/^api\/v1\//, "")}: ${(error as Error).message}`);
    return "unseen";
  }
}

function addReferences({ spec }: Pod, names: Record<Kind, Set<string>>): void {
  const add = (kind: Kind, name: string | undefined) => {
    if (name !== undefined && name !== "") names[kind].add(name);
  };
  for (const { env = [], envFrom = [] } of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    for (const { valueFrom } of env) {
      add("configmaps", valueFrom?.configMapKeyRef?.name);
      add("secrets", valueFrom?.secretKeyRef?.name);
    }
    for (const { configMapRef, secretRef } of envFrom) {
      add("configmaps", configMapRef?.name);
      add("secrets", secretRef?.name);
    }
  }
  for (const { configMap, secret, projected } of spec?.volumes ?? []) {
    add("configmaps", configMap?.name);
    add("secrets", secret?.secretName);
    for (const source of projected?.sources ?? []) {
      add("configmaps", source.configMap?.name);
      add("secrets", source.secret?.name);
    }
  }
}

/** Reads a pull secret. For a missing one, finds the namespaces that have a Secret of that name. */
export async function lookAtPullSecret(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  name: string,
): Promise<PullSecret | undefined> {
  const secret = await getOrMissing<KeyHolder>(reader, notes, `api/v1/namespaces/${namespace}/secrets/${name}`);
  if (secret === "unseen") return undefined;
  if (secret !== undefined) return readPullSecret(secret);
  // Requests only names: the content of Secrets in other namespaces is not read.
  const others = await notes.attempt(
    `whether another namespace has a Secret "${name}"`,
    reader.list<{ metadata: { namespace: string } }>(
      "api/v1/secrets",
      { fieldSelector: `metadata.name=${name}` },
      namesOnly,
    ),
    [],
  );
  return {
    look: { exists: false, elsewhere: others.map(({ metadata }) => metadata.namespace), hosts: [] },
    credentials: new Map(),
  };
}
