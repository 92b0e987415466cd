/** The pods in the resources of Kubernetes: where each kind keeps them, and what they consist of. */
import type { Outcome } from "../outcome.ts";
import { items, notKnown, step, type Spot } from "../propertyValues.ts";

/** How long a pod is meant to run: a service until it is replaced, a job until it is done. */
export type Lifetime = "service" | "job";

export interface Pod {
  /** Its PodSpec. */
  spec: Spot;
  lifetime: Lifetime;
}

export interface Container {
  spot: Spot;
  /** For messages: `container "app"`. */
  called: string;
  role: "main" | "init" | "sidecar" | "ephemeral";
}

/** Where the kinds keep the PodSpec. Patches (`DeploymentPatch`) are parts of objects that somebody else has made. */
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

/** "kubernetes:apps/v1:Deployment" of any version, also of the API groups that the kinds once stood in. */
const typeToken = /^kubernetes:(?:core|apps|batch|extensions)\/\w+:(\w+)$/;

const kindOf = (type: string) => {
  const name = typeToken.exec(type)?.[1];
  return name !== undefined && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
};

export const makesPods = (type: string): boolean => kindOf(type) !== undefined;

/** The pods of a resource; `undefined` where its type makes none. */
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

/** Checks every container of a pod; of an unknown pod, the one that stands for all. */
export function eachContainer(pod: Pod, check: (container: Container) => Outcome[]): Outcome[] {
  // A pod that is not known has one unknown container in each list: saying so once is enough.
  if (pod.spec.value === notKnown) return [{ path: pod.spec.path, undecided: true }];
  return containersOf(pod).flatMap(check);
}

/** The same of what only Linux has. Pods of Windows have no capabilities, seccomp or privilege escalation to speak of, and the API refuses them. */
export const eachLinuxContainer = (pod: Pod, check: (container: Container) => Outcome[]): Outcome[] =>
  isWindows(pod) ? [] : eachContainer(pod, check);

/** A field of the security context: the container's own where it has one, else the pod's. */
export function securityContext(pod: Pod, container: Container, ...field: string[]): Spot {
  const own = step(container.spot, "securityContext", ...field);
  if (own.value !== undefined) return own;
  const shared = step(pod.spec, "securityContext", ...field);
  return shared.value === undefined ? own : shared;
}
