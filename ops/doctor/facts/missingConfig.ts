/** A missing ConfigMap, Secret or key that a pod refers to anywhere in its spec. */
import type { PodSpec } from "../../cluster/kubernetesObjects.ts";
import type { KeysLook } from "../observation.ts";
import { quoteEvent } from "./eventFacts.ts";
import { mountFailures } from "./mountFailure.ts";
import { nameOf, type PodFacts } from "./podFacts.ts";

export type ConfigKind = "ConfigMap" | "Secret";

export interface MissingConfig {
  kind: ConfigKind;
  name: string;
  /** Set if the object exists without this key. */
  key?: string;
  /** Where the pod refers to it. */
  at: { volume: string; projected: boolean } | { container: string };
  evidence: string[];
  container?: string;
}

export function missingConfig(pod: PodFacts): MissingConfig | undefined {
  return ofContainer(pod) ?? ofVolume(pod);
}

function ofContainer(pod: PodFacts): MissingConfig | undefined {
  const container = pod.containers.find(({ waiting }) => waiting?.reason === "CreateContainerConfigError");
  const said = container?.waiting?.message ?? "";
  if (container === undefined) return undefined;
  const about = {
    evidence: [`${nameOf(pod, container)} waits: CreateContainerConfigError: ${said}`],
    container: container.name,
    at: { container: container.name },
  };
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) \S+?\/(\S+)/i.exec(said);
  if (key !== null) return { ...about, kind: kindOf(key[2]), name: key[3] ?? "", key: key[1] ?? "" };
  const object = /^(?:\S+: )?(configmap|secret) "([^"]+)" not found/i.exec(said);
  return object === null ? undefined : { ...about, kind: kindOf(object[1]), name: object[2] ?? "" };
}

function ofVolume(pod: PodFacts): MissingConfig | undefined {
  // A volume that was mounted once stays mounted: later failures only affect its updates.
  if (pod.containers.some(({ runningSince }) => runningSince !== undefined)) return undefined;
  const failure = mountFailures(pod.events).find(({ kind }) => kind !== "timeout");
  if (failure === undefined) return undefined;
  const evidence = [quoteEvent(failure.event)];
  const sources = sourcesOf(pod.pod.spec, failure.volume);
  if (failure.kind === "config-missing" && failure.object !== undefined) {
    const { kind, name } = failure.object;
    const source = sources.find((one) => one.kind === kind && one.name === name);
    return { kind, name, evidence, at: { volume: failure.volume ?? "", projected: source?.projected ?? false } };
  }
  if (failure.kind !== "key-missing" || failure.key === undefined) return undefined;
  const { key } = failure;
  const word: ConfigKind = /secret key/i.test(failure.words) ? "Secret" : "ConfigMap";
  const asking = sources.filter(({ keys }) => keys.includes(key));
  // A projected volume reports "references non-existent config key" for both kinds: use the lookup results.
  const lacking = asking.filter((one) => !(lookOf(pod, one.kind, one.name)?.keys.includes(key) ?? false));
  const source = lacking.find(({ kind }) => kind === word) ?? lacking[0] ?? asking[0] ?? sources[0];
  if (source === undefined) return undefined;
  return {
    kind: source.kind,
    name: source.name,
    key,
    evidence,
    at: { volume: failure.volume ?? "", projected: source.projected },
  };
}

const kindOf = (word = ""): ConfigKind => (word.toLowerCase() === "secret" ? "Secret" : "ConfigMap");

interface Source {
  kind: ConfigKind;
  name: string;
  /** Keys that the volume requests by name. */
  keys: string[];
  projected: boolean;
}

function sourcesOf(spec: PodSpec | undefined, volume: string | undefined): Source[] {
  const keysOf = (items: readonly { key: string }[] = []) => items.map(({ key }) => key);
  return (spec?.volumes ?? [])
    .filter(({ name }) => volume === undefined || name === volume)
    .flatMap(({ configMap, secret, projected }): Source[] => [
      ...(configMap === undefined
        ? []
        : [
            { kind: "ConfigMap" as const, name: configMap.name ?? "", keys: keysOf(configMap.items), projected: false },
          ]),
      ...(secret === undefined
        ? []
        : [{ kind: "Secret" as const, name: secret.secretName ?? "", keys: keysOf(secret.items), projected: false }]),
      ...(projected?.sources ?? []).flatMap((source): Source[] => [
        ...(source.configMap === undefined
          ? []
          : [
              {
                kind: "ConfigMap" as const,
                name: source.configMap.name ?? "",
                keys: keysOf(source.configMap.items),
                projected: true,
              },
            ]),
        ...(source.secret === undefined
          ? []
          : [
              {
                kind: "Secret" as const,
                name: source.secret.name ?? "",
                keys: keysOf(source.secret.items),
                projected: true,
              },
            ]),
      ]),
    ]);
}

export const lookOf = ({ observation }: PodFacts, kind: ConfigKind, name: string): KeysLook | undefined =>
  (kind === "ConfigMap" ? observation.configMaps : observation.secrets)[name];

/** Names of the objects of this kind in the namespace. */
export const namesOf = ({ observation }: PodFacts, kind: ConfigKind): string[] =>
  (kind === "ConfigMap" ? observation.names?.configMaps : observation.names?.secrets) ?? [];
