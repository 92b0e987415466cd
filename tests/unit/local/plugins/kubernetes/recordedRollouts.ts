/** Deployments, ReplicaSets, pods and events as a Kubernetes 1.34 cluster was seen to report them, cut to what is read. */
import type { KubeObject } from "../../../../../local/plugins/kubernetes/kubeObject.ts";

const revision = { "deployment.kubernetes.io/revision": "2" };

interface DeploymentState {
  generation?: number;
  observed?: number;
  wanted?: number;
  updated?: number;
  total?: number;
  available?: number;
  paused?: boolean;
  stalled?: boolean;
}

export function deployment(state: DeploymentState): KubeObject {
  const { generation = 2, observed = 2, wanted = 3, updated = 0, total = 0, available = 0, paused, stalled } = state;
  const message = "has timed out progressing.";
  const deadline = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop", uid: "deployment", generation, annotations: revision },
    spec: { replicas: wanted, selector: { matchLabels: { app: "web" } }, paused },
    status: {
      observedGeneration: observed,
      updatedReplicas: updated,
      replicas: total,
      availableReplicas: available,
      conditions: stalled === true ? [deadline] : [],
    },
  };
}

function ownedBy(uid: string, kind: string) {
  return [{ uid, kind, name: "web", controller: true }];
}

export function replicaSet(available: number, conditions: unknown[] = []): KubeObject {
  const ownerReferences = ownedBy("deployment", "Deployment");
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web-1", namespace: "shop", uid: "replicaset", annotations: revision, ownerReferences },
    status: { availableReplicas: available, conditions },
  };
}

export function refused(lastTransitionTime: string): KubeObject {
  const message = 'pods "web-1-x" is forbidden: violates PodSecurity "restricted:v1.34"';
  return replicaSet(0, [
    { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message, lastTransitionTime },
  ]);
}

export function pod(name: string, status: unknown): KubeObject {
  const metadata = { name, namespace: "shop", uid: name, ownerReferences: ownedBy("replicaset", "ReplicaSet") };
  return { apiVersion: "v1", kind: "Pod", metadata, status };
}

export function running(ready: boolean): unknown {
  return {
    phase: "Running",
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    containerStatuses: [{ name: "app", ready, restartCount: 0, state: { running: {} }, lastState: {} }],
  };
}

export function noImage(reason: string, answer = "not found"): unknown {
  const message = `Back-off pulling image "web:1": ${answer}`;
  const containerStatuses = [{ name: "app", ready: false, restartCount: 0, state: { waiting: { reason, message } } }];
  return { phase: "Pending", conditions: [{ type: "PodScheduled", status: "True" }], containerStatuses };
}

export function crashed(restartCount: number): unknown {
  const state = { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s restarting failed container" } };
  const lastState = { terminated: { reason: "OOMKilled", exitCode: 137 } };
  return { phase: "Running", containerStatuses: [{ name: "app", ready: false, restartCount, state, lastState }] };
}

export const unschedulable: unknown = {
  phase: "Pending",
  conditions: [
    {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message: "0/1 nodes are available: 1 Insufficient cpu.",
    },
  ],
};

export function event(about: string, message: string, lastTimestamp: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: message, namespace: "shop" },
    type: "Warning",
    reason: "Unhealthy",
    message,
    lastTimestamp,
    involvedObject: { uid: about },
  };
}
