/** Supplies a missing ConfigMap, Secret or key, or changes the reference to an existing one. */
import type { Container, PodSpec } from "../../cluster/kubernetesObjects.ts";
import type { Step } from "../causes/cause.ts";
import { type ConfigKind, lookOf, type MissingConfig, namesOf } from "../facts/missingConfig.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { closeEnough } from "../nearest.ts";
import { changedBy, changePod, quoted, run } from "./changeOwner.ts";

export function supplyObject(pod: PodFacts, missing: MissingConfig): Step[] {
  const { kind, name } = missing;
  const meant = closeEnough(name, namesOf(pod, kind));
  const keys = keysAskedFor(pod.pod.spec, kind, name);
  const literals = (keys.length === 0 ? ["NAME"] : keys)
    .map((key) => `--from-literal=${quoted(`${key}=VALUE`)}`)
    .join(" ");
  const create = run(
    "Create it. The pod starts within two minutes:",
    `kubectl create ${kind === "ConfigMap" ? "configmap" : "secret generic"} ${name} --namespace ${pod.namespace} ${literals}`,
  );
  return [
    ...(meant === undefined ? [] : refer(pod, missing, `Refer to "${meant}", which exists:`, { name: meant })),
    create,
  ];
}

export function supplyKey(pod: PodFacts, missing: MissingConfig): Step[] {
  const { kind, name, key = "", at } = missing;
  const meant = closeEnough(key, lookOf(pod, kind, name)?.keys ?? []);
  const data = kind === "ConfigMap" ? { data: { [key]: "VALUE" } } : { stringData: { [key]: "VALUE" } };
  return [
    ...(meant === undefined ? [] : refer(pod, missing, `Refer to the key "${meant}", which exists:`, { key: meant })),
    run(
      "Add the key. The pod starts within two minutes:",
      `kubectl patch ${kind.toLowerCase()} ${name} --namespace ${pod.namespace} --patch ${quoted(JSON.stringify(data))}`,
    ),
    ...("volume" in at ? refer(pod, missing, "Or let the pod start without it:", { optional: true }) : []),
  ];
}

interface Instead {
  name?: string;
  key?: string;
  optional?: true;
}

/** The pod template with another reference; contains whole lists where the API server does not merge them. */
function refer(pod: PodFacts, missing: MissingConfig, say: string, instead: Instead): Step[] {
  const spec = pod.owner.template?.spec ?? pod.pod.spec;
  const patch = "volume" in missing.at ? volumePatch(spec, missing, instead) : containerPatch(spec, missing, instead);
  return patch === undefined ? [] : changePod(changedBy(pod), say, patch);
}

function volumePatch(
  spec: PodSpec | undefined,
  missing: MissingConfig,
  { name, key, optional }: Instead,
): object | undefined {
  if (!("volume" in missing.at)) return undefined;
  const { volume: wanted } = missing.at;
  const volume = spec?.volumes?.find((one) => one.name === wanted);
  if (volume === undefined) return undefined;
  const changed = <T extends { items?: { key: string }[] }>(source: T): T => ({
    ...source,
    ...(optional === undefined ? {} : { optional }),
    ...(key === undefined
      ? {}
      : { items: (source.items ?? []).map((item) => (item.key === missing.key ? { ...item, key } : item)) }),
  });
  const is = (kind: ConfigKind, found: string | undefined) => kind === missing.kind && found === missing.name;
  const { configMap, secret, projected } = volume;
  const part: Record<string, unknown> = { name: wanted };
  if (configMap !== undefined && is("ConfigMap", configMap.name))
    part.configMap = { ...changed(configMap), ...(name === undefined ? {} : { name }) };
  if (secret !== undefined && is("Secret", secret.secretName))
    part.secret = { ...changed(secret), ...(name === undefined ? {} : { secretName: name }) };
  if (projected !== undefined)
    part.projected = {
      ...projected,
      sources: (projected.sources ?? []).map((source) => ({
        ...source,
        ...(source.configMap !== undefined && is("ConfigMap", source.configMap.name)
          ? { configMap: { ...changed(source.configMap), ...(name === undefined ? {} : { name }) } }
          : {}),
        ...(source.secret !== undefined && is("Secret", source.secret.name)
          ? { secret: { ...changed(source.secret), ...(name === undefined ? {} : { name }) } }
          : {}),
      })),
    };
  return { volumes: [part] };
}

function containerPatch(spec: PodSpec | undefined, missing: MissingConfig, { name, key }: Instead): object | undefined {
  const refKey = missing.kind === "ConfigMap" ? "configMapKeyRef" : "secretKeyRef";
  const fromKey = missing.kind === "ConfigMap" ? "configMapRef" : "secretRef";
  const part = (container: Container): object | undefined => {
    const env = (container.env ?? []).flatMap((entry) => {
      const ref = entry.valueFrom?.[refKey];
      if (ref?.name !== missing.name || (missing.key !== undefined && ref.key !== missing.key)) return [];
      return [
        {
          name: entry.name,
          valueFrom: {
            [refKey]: { ...ref, ...(name === undefined ? {} : { name }), ...(key === undefined ? {} : { key }) },
          },
        },
      ];
    });
    const concerned =
      name !== undefined && (container.envFrom ?? []).some((entry) => entry[fromKey]?.name === missing.name);
    // A patch replaces envFrom as a whole, so repeat the other entries.
    const envFrom = concerned
      ? (container.envFrom ?? []).map((entry) =>
          entry[fromKey]?.name === missing.name ? { ...entry, [fromKey]: { name } } : entry,
        )
      : undefined;
    if (env.length === 0 && envFrom === undefined) return undefined;
    return {
      name: container.name,
      ...(env.length === 0 ? {} : { env }),
      ...(envFrom === undefined ? {} : { envFrom }),
    };
  };
  const containers = (spec?.containers ?? []).map(part).filter((one) => one !== undefined);
  const initContainers = (spec?.initContainers ?? []).map(part).filter((one) => one !== undefined);
  if (containers.length + initContainers.length === 0) return undefined;
  return {
    ...(containers.length === 0 ? {} : { containers }),
    ...(initContainers.length === 0 ? {} : { initContainers }),
  };
}

/** Keys of the object that the pod requests by name. */
function keysAskedFor(spec: PodSpec | undefined, kind: ConfigKind, name: string): string[] {
  const ofEnv = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom }) => {
      const ref = kind === "ConfigMap" ? valueFrom?.configMapKeyRef : valueFrom?.secretKeyRef;
      return ref?.name === name ? [ref.key] : [];
    }),
  );
  const ofVolumes = (spec?.volumes ?? []).flatMap(({ configMap, secret, projected }) => [
    ...(kind === "ConfigMap" && configMap?.name === name ? (configMap.items ?? []) : []),
    ...(kind === "Secret" && secret?.secretName === name ? (secret.items ?? []) : []),
    ...(projected?.sources ?? []).flatMap((source) => {
      const one = kind === "ConfigMap" ? source.configMap : source.secret;
      return one?.name === name ? (one.items ?? []) : [];
    }),
  ]);
  return [...new Set([...ofEnv, ...ofVolumes.map(({ key }) => key)])];
}
