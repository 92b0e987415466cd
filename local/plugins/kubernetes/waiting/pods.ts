/** The pods of a controller, and what is wrong with them in their own words. */
import type { CoreV1Event, V1ContainerStatus, V1LabelSelector, V1Pod } from "@kubernetes/client-node";

import type { Cluster } from "../cluster.ts";
import type { KubeObject } from "../kubeObject.ts";
import type { Problem } from "./verdict.ts";

// Seconds each cause may last; see Problem.patienceSeconds.
const patience = {
  /** Another resource of the deployment may be about to bring the ConfigMap or Secret that is missing. */
  containerConfig: 20,
  /** An image that is not there may be on its way; the first try is often too early by seconds. */
  imageNotFound: 20,
  /** The right to pull takes time to spread, and registries have bad moments. */
  imagePull: 60,
  /** Pods that are about to end make room. */
  unschedulable: 60,
} as const;

/** A container that has ended this often, and is not well now, will go on like this. */
const crashesUntilCertain = 2;

/** A label selector in the form of a query. */
export function selectorText(selector: V1LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    switch (operator) {
      case "Exists":
        return key;
      case "DoesNotExist":
        return `!${key}`;
      default:
        return `${key} ${operator.toLowerCase()} (${values.join(",")})`;
    }
  });
  return [...equal, ...expressions].join(",");
}

/** Objects of a kind that a controller owns. */
export async function ownedBy<T>(
  cluster: Cluster,
  owner: KubeObject,
  kind: { apiVersion: string; kind: string },
  labelSelector: string,
  signal: AbortSignal,
): Promise<T[]> {
  const all = await cluster.list(kind, owner.metadata.namespace ?? "", { labelSelector, signal });
  const uid = owner.metadata.uid;
  return all.filter(({ metadata }) => metadata.ownerReferences?.some((reference) => reference.uid === uid)) as T[];
}

/** Warnings about objects of a namespace, newest first. */
export async function warnings(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<CoreV1Event[]> {
  const kind = { apiVersion: "v1", kind: "Event" };
  const events = (await cluster.list(kind, namespace, { fieldSelector: "type=Warning", signal })) as unknown[];
  const time = (event: CoreV1Event) => new Date(event.lastTimestamp ?? event.eventTime ?? 0).getTime();
  return (events as CoreV1Event[]).sort((a, b) => time(b) - time(a));
}

export function isReady(pod: V1Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

function lastEnd({ lastState, state }: V1ContainerStatus): string {
  const end = state?.terminated ?? lastState?.terminated;
  if (end === undefined) {
    return "";
  }
  const said = end.message === undefined ? "" : `: ${end.message.trim()}`;
  return `last end: ${end.reason ?? "Error"}, exit code ${end.exitCode}${said}`;
}

function isImageProblem(reason: string): boolean {
  return /^(Err)?Image|^InvalidImageName|^RegistryUnavailable|^SignatureValidationFailed/.test(reason);
}

function imagePatience(reason: string, message: string): number {
  const certain =
    reason === "InvalidImageName" || reason === "ErrImageNeverPull" || /not found|manifest unknown/.test(message);
  return certain ? patience.imageNotFound : patience.imagePull;
}

function containerProblem(pod: string, status: V1ContainerStatus): Problem | undefined {
  const { name, restartCount, state } = status;
  const crashed = { pod, container: name };
  const waiting = state?.waiting;
  const ended = state?.terminated ?? status.lastState?.terminated;
  if (restartCount >= crashesUntilCertain && !status.ready && ended !== undefined && ended.exitCode !== 0) {
    const reason = ended.reason === "OOMKilled" ? "OOMKilled" : "CrashLoopBackOff";
    const message = `container ${name} has ended ${restartCount} times; ${lastEnd(status)}`;
    return { reason, message, patienceSeconds: 0, crashed };
  }
  if (waiting?.reason === "CrashLoopBackOff") {
    return { reason: "CrashLoopBackOff", message: `container ${name}; ${lastEnd(status)}`, crashed };
  }
  if (waiting?.reason !== undefined && isImageProblem(waiting.reason)) {
    const said = waiting.message ?? "";
    const patienceSeconds = imagePatience(waiting.reason, said);
    return { reason: waiting.reason, message: `container ${name}: ${said}`, patienceSeconds };
  }
  if (waiting?.reason !== undefined && /Error$/.test(waiting.reason)) {
    const message = `container ${name}: ${waiting.message ?? "no message"}`;
    return { reason: waiting.reason, message, patienceSeconds: patience.containerConfig };
  }
  if (state?.terminated !== undefined && state.terminated.exitCode !== 0) {
    return { reason: state.terminated.reason ?? "Error", message: `container ${name}; ${lastEnd(status)}`, crashed };
  }
  return undefined;
}

/** What keeps a pod from being ready; empty while it starts as it should. `events` are warnings, newest first. */
export function podProblems(pod: V1Pod, events: CoreV1Event[]): Problem[] {
  const { status } = pod;
  if (isReady(pod) || status?.phase === "Succeeded") {
    return [];
  }
  const unscheduled = status?.conditions?.find(
    ({ type, status: value }) => type === "PodScheduled" && value === "False",
  );
  if (unscheduled !== undefined) {
    const reason = unscheduled.reason ?? "Unschedulable";
    return [
      { reason, message: unscheduled.message ?? "no node takes the pod", patienceSeconds: patience.unschedulable },
    ];
  }
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const problems = statuses.flatMap((one) => containerProblem(pod.metadata?.name ?? "", one) ?? []);
  if (problems.length > 0) {
    return problems;
  }
  if (status?.phase === "Failed") {
    return [{ reason: status.reason ?? "Failed", message: status.message ?? "the pod has failed" }];
  }
  const event = events.find(({ involvedObject }) => involvedObject.uid === pod.metadata?.uid);
  return event === undefined ? [] : [{ reason: event.reason ?? "Warning", message: event.message ?? "" }];
}
