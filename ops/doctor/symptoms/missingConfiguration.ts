/** A ConfigMap, a Secret, or one of their keys that the container refers to is missing. */
import type { Diagnosis, Step } from "../finding.ts";
import { nearest } from "../nearest.ts";
import { edit, inNamespace } from "../remedy.ts";
import { findEvent, nameOf, quoteEvent, type PodView } from "../podView.ts";

type Kind = "configmap" | "secret";

export function configuration(view: PodView): Diagnosis | undefined {
  const container = view.containers.find(
    ({ status }) => status?.state?.waiting?.reason === "CreateContainerConfigError",
  );
  const mount = findEvent(view, ["FailedMount"]);
  const waitsForVolume = view.containers.every(({ status }) => status?.state?.running === undefined);
  const said = container?.status?.state?.waiting?.message ?? (waitsForVolume ? mount?.message : undefined);
  if (said === undefined) return undefined;
  const evidence =
    container === undefined
      ? mount === undefined
        ? []
        : [quoteEvent(mount)]
      : [`${nameOf(view, container)} waits: CreateContainerConfigError: ${said}`];
  const about = container === undefined ? {} : { container: container.name };

  const key = /couldn't find key (\S+) in (ConfigMap|Secret) \S+?\/(\S+)/i.exec(said);
  if (key !== null) {
    const [, wanted = "", kind = "", name = ""] = key;
    return keyMissing(view, kind.toLowerCase() as Kind, name, wanted, evidence, about);
  }
  const path = /references non-existent (?:config|secret) key: (\S+)/i.exec(said);
  if (path !== null) {
    const volume = /for volume "([^"]+)"/.exec(said)?.[1];
    const source = view.pod.spec?.volumes?.find(({ name }) => name === volume);
    const kind: Kind = source?.secret === undefined ? "configmap" : "secret";
    const name = source?.secret?.secretName ?? source?.configMap?.name ?? "";
    return keyMissing(view, kind, name, path[1] ?? "", evidence, about);
  }
  const missing = /\b(configmap|secret) "([^"]+)" not found/i.exec(said);
  if (missing === null) return undefined;
  const kind = missing[1]?.toLowerCase() as Kind;
  const name = missing[2] ?? "";
  return {
    ...about,
    code: `${kind}-missing`,
    title: `The ${word(kind)} "${name}" does not exist in namespace "${view.observation.target.namespace}"`,
    evidence,
    mend: [
      {
        say: "Create it. The pod starts within two minutes:",
        command:
          kind === "configmap"
            ? `kubectl create configmap ${name} ${inNamespace(view)} --from-literal=KEY=VALUE`
            : `kubectl create secret generic ${name} ${inNamespace(view)} --from-literal=KEY=VALUE`,
      },
      edit(view, "Or correct the name in the pod template."),
    ],
  };
}

const word = (kind: Kind): string => (kind === "configmap" ? "ConfigMap" : "Secret");

function keyMissing(
  view: PodView,
  kind: Kind,
  name: string,
  key: string,
  evidence: string[],
  about: { container?: string },
): Diagnosis {
  const look = (kind === "configmap" ? view.observation.configMaps : view.observation.secrets)[name];
  const keys = nearest(key, look?.keys ?? [], 5);
  const steps: Step[] = [
    {
      say: "Add the key. The pod starts within two minutes:",
      command:
        kind === "configmap"
          ? `kubectl patch configmap ${name} ${inNamespace(view)} --patch '{"data":{"${key}":"VALUE"}}'`
          : `kubectl patch secret ${name} ${inNamespace(view)} --patch '{"stringData":{"${key}":"VALUE"}}'`,
    },
    edit(view, "Or correct the key in the pod template."),
  ];
  return {
    ...about,
    code: `${kind}-key-missing`,
    title: `The ${word(kind)} "${name}" has no key "${key}"`,
    evidence: [...evidence, ...(keys.length === 0 ? [] : [`existing keys: ${keys.join(", ")}`])],
    mend: steps,
  };
}
