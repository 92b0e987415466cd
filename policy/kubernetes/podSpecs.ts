/** Finds the pods in Kubernetes resources: where each kind stores them, and what they contain. */
import type { Outcome } from "../outcome.ts";
import { items, notKnown, step, type Spot } from "../propertyValues.ts";

/** Intended lifetime of a pod: a service runs until it is replaced, a job until it is done. */
export type Lifetime = "service" | "job";

export interface Pod {
  /** The PodSpec. */
  spec: Spot;
  lifetime: Lifetime;
}

export interface Container {
  spot: Spot;
  /** Name in messages: `container "app"`. */
  called: string;
  role: "main" | "init" | "sidecar" | "ephemeral";
}

/**
 * The path of the PodSpec in each kind. Patches (`DeploymentPatch`) are parts of objects that other programs created.
 */
const kinds: Record<string, { path: string[]; lifetime: Lifetime }> = {
  Pod: { path: ["spec"], lifetime: "service" },
  PodTemplate: { path: ["template", "spec"], lifetime: "service" },
  ReplicationController: { path: ["spec", "template", "spec"], lifetime: "service" },
  Deployment: { path: ["spec", "template", "spec"], lifetime: "service" },
  StatefulSet: { path: ["spec", "template", "spec"], lifetime: "service" },
  DaemonSet: { path: ["spec", "template", "spec"], lifetime: "service" },
  ReplicaSet: { path: ["spec", "template", "spec"], lifetime: "service" },
  Job: { path: ["spec", "template", "spec"], lifetime: "job" },
  CronJob: { path: ["spec", "jobTemplate", "spec", "template", "spec"], lifetime: "job" },
};

/** "kubernetes:apps/v1:Deployment" in any version, including the kinds' former API groups. */
const typeToken = /^kubernetes:(?:core|apps|batch|extensions)\/\w+:(\w+)$/;

const kindOf = (type: string) => {
  const name = typeToken.exec(type)?.[1];
  return name !== undefined && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
};

export const makesPods = (type: string): boolean => kindOf(type) !== undefined;

/** Returns the pods of a resource; `undefined` if its type has none. */
export function podOf(type: string, inputs: Spot): Pod | undefined {
  const kind = kindOf(type);
  if (kind === undefined) return undefined;
  const spec = step(inputs, ...kind.path);
  const restart = step(spec, "restartPolicy").value;
  const runsOut = restart === "Never" || restart === "OnFailure";
  return { spec, lifetime: runsOut ? "job" : kind.lifetime };
}

const isWindows = (pod: Pod): boolean => step(pod.spec, "os", "name").value === "windows";

function containersOf(pod: Pod): Container[] {
  return (["containers", "initContainers", "ephemeralContainers"] as const).flatMap((list) =>
    items(step(pod.spec, list)).map((spot) => {
      const name = step(spot, "name").value;
      const word =
        list === "containers" ? "container" : list === "initContainers" ? "init container" : "ephemeral container";
      return { spot, role: roleOf(list, spot), called: typeof name === "string" ? `${word} "${name}"` : `the ${word}` };
    }),
  );
}

function roleOf(list: "containers" | "initContainers" | "ephemeralContainers", spot: Spot): Container["role"] {
  if (list === "containers") return "main";
  if (list === "ephemeralContainers") return "ephemeral";
  return step(spot, "restartPolicy").value === "Always" ? "sidecar" : "init";
}

/** Checks every container of a pod. An unknown pod has one unknown container. */
export function eachContainer(pod: Pod, check: (container: Container) => Outcome[]): Outcome[] {
  // An unknown pod has one unknown container in each list. One outcome is enough.
  if (pod.spec.value === notKnown) return [{ path: pod.spec.path, undecided: true }];
  return containersOf(pod).flatMap(check);
}

/**
 * Checks Linux-only fields of every container. Windows pods have no capabilities, seccomp or privilege escalation, and
 * the API refuses these fields there.
 */
export const eachLinuxContainer = (pod: Pod, check: (container: Container) => Outcome[]): Outcome[] =>
  isWindows(pod) ? [] : eachContainer(pod, check);

/** Returns a field of the security context: the container's own value, or else the pod's. */
export function securityContext(pod: Pod, container: Container, ...field: string[]): Spot {
  const own = step(container.spot, "securityContext", ...field);
  if (own.value !== undefined) return own;
  const shared = step(pod.spec, "securityContext", ...field);
  return shared.value === undefined ? own : shared;
}
