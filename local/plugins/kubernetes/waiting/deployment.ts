/** When a Deployment has rolled out, and what keeps it from it. */
import type { CoreV1Event, V1Deployment, V1Pod, V1ReplicaSet } from "@kubernetes/client-node";

import type { Cluster } from "../cluster.ts";
import type { KubeObject } from "../kubeObject.ts";
import { isReady, ownedBy, podProblems, selectorText, warnings } from "./pods.ts";
import { ready } from "./verdict.ts";
import type { Assessment, Problem, Verdict } from "./verdict.ts";

const revisionAnnotation = "deployment.kubernetes.io/revision";

/**
 * Seconds a refusal to create pods may last. It can be left over from before what was wrong was mended (the controller
 * tries again ever more rarely), and a service account or a quota may be about to change.
 */
const refusalPatience = { podSecurity: 10, other: 30, leftOver: 90 };

/** A Deployment and what belongs to it, at one moment. */
export interface Rollout {
  deployment: V1Deployment;
  /** Of the current revision; undefined until the controller has made it. */
  replicaSet: V1ReplicaSet | undefined;
  /** Of the current revision. */
  pods: V1Pod[];
  /** Warnings in the namespace, newest first. */
  events: CoreV1Event[];
}

function refusal({ deployment, replicaSet }: Rollout, startedAt: number): Problem[] {
  const conditions = replicaSet?.status?.conditions ?? deployment.status?.conditions ?? [];
  const condition = conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  if (condition === undefined) {
    return [];
  }
  const message = condition.message ?? "the pods cannot be created";
  const before = new Date(condition.lastTransitionTime ?? 0).getTime() < startedAt;
  const fresh = message.includes("violates PodSecurity") ? refusalPatience.podSecurity : refusalPatience.other;
  const patienceSeconds = before ? refusalPatience.leftOver : fresh;
  return [{ reason: condition.reason ?? "FailedCreate", message, patienceSeconds }];
}

function stalled({ deployment }: Rollout): Problem[] {
  const condition = deployment.status?.conditions?.find(
    ({ type, status }) => type === "Progressing" && status === "False",
  );
  return condition?.reason === "ProgressDeadlineExceeded"
    ? [{ reason: condition.reason, message: condition.message ?? "", patienceSeconds: 0 }]
    : [];
}

function progressText(wanted: number, updated: number, available: number, pods: V1Pod[]): string {
  const readyCount = pods.filter(isReady).length;
  const detail = readyCount > available ? `, ${readyCount} ready` : "";
  return `Waiting for the rollout: ${updated} of ${wanted} new pods made${detail}, ${available} available`;
}

/** @param startedAt wall-clock milliseconds; what was recorded earlier may be out of date. */
export function judgeRollout(rollout: Rollout, startedAt: number): Verdict {
  const { metadata, spec, status } = rollout.deployment;
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) {
    return { state: "waiting", status: "Waiting for the Deployment controller", problems: [] };
  }
  const wanted = spec?.replicas ?? 1;
  const updated = status?.updatedReplicas ?? 0;
  const total = status?.replicas ?? 0;
  const available = status?.availableReplicas ?? 0;
  if (spec?.paused === true || (updated >= wanted && total <= wanted && available >= wanted)) {
    return ready;
  }
  const problems = [
    ...stalled(rollout),
    ...refusal(rollout, startedAt),
    ...rollout.pods.flatMap((pod) => podProblems(pod, rollout.events)),
  ];
  // Available pods of the old revision are no progress of the new one.
  const newAvailable = Math.min(rollout.replicaSet?.status?.availableReplicas ?? 0, updated);
  const waiting =
    newAvailable >= wanted ? "Waiting for old pods to end" : progressText(wanted, updated, newAvailable, rollout.pods);
  return { state: "waiting", status: waiting, problems };
}

async function readRollout(cluster: Cluster, live: KubeObject, signal: AbortSignal): Promise<Rollout> {
  const deployment = live as unknown as V1Deployment;
  const selector = selectorText(deployment.spec?.selector);
  const replicaSetKind = { apiVersion: "apps/v1", kind: "ReplicaSet" };
  const replicaSets = await ownedBy<V1ReplicaSet & KubeObject>(cluster, live, replicaSetKind, selector, signal);
  const revision = live.metadata.annotations?.[revisionAnnotation];
  const replicaSet = replicaSets.find(({ metadata }) => metadata.annotations?.[revisionAnnotation] === revision);
  if (replicaSet === undefined) {
    return { deployment, replicaSet, pods: [], events: [] };
  }
  const [pods, events] = await Promise.all([
    ownedBy<V1Pod>(cluster, replicaSet, { apiVersion: "v1", kind: "Pod" }, selector, signal),
    warnings(cluster, live.metadata.namespace ?? "", signal),
  ]);
  return { deployment, replicaSet, pods, events };
}

/** Looks at a Deployment with its current ReplicaSet, its pods and their events. */
export function assessDeployment(cluster: Cluster): Assessment {
  const startedAt = Date.now();
  return async (live, signal) => judgeRollout(await readRollout(cluster, live, signal), startedAt);
}
