/** Observations of rollouts: the Deployment "web" in the namespace "shop" with its revisions. */
import type { Deployment, Pod, ReplicaSet } from "../../../../ops/cluster/kubernetesObjects.ts";
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { event, observation, pod, pull } from "../doctor/exampleObservations.ts";

export function deployment(name = "web", generation = 1, observedGeneration = generation): Deployment {
  return {
    metadata: { name, namespace: "shop", uid: `uid-${name}`, generation },
    status: { observedGeneration },
  };
}

/** The ReplicaSet of a revision: "web-2", UID "uid-web-2". */
export function replicaSet(revision: number, owner = "web", replicas = { wanted: 1, present: 1 }): ReplicaSet {
  return {
    metadata: {
      name: `${owner}-${revision}`,
      uid: `uid-${owner}-${revision}`,
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: owner, uid: `uid-${owner}` }],
    },
    spec: { replicas: replicas.wanted, selector: {} },
    status: { replicas: replicas.present },
  };
}

export function of(owner: ReplicaSet, ...pods: Pod[]): Pod[] {
  const { name = "", uid = "" } = owner.metadata ?? {};
  for (const { metadata } of pods) {
    if (metadata !== undefined) metadata.ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name, uid }];
  }
  return pods;
}

/** A revision whose one pod is ready. */
export function serving(revision: number): Partial<Observation> {
  const owner = replicaSet(revision);
  return { replicaSets: [owner], pods: of(owner, pod(`web-${revision}-a`)) };
}

/** A revision whose one pod asks for a tag that does not exist, `pulls` times so far. */
export function withoutImage(revision: number, pulls = 1): Partial<Observation> {
  const owner = replicaSet(revision);
  const { pods, events } = pull(`web-${revision}-a`, "reg.example.com/app:v9", "not found");
  return { replicaSets: [owner], pods: of(owner, ...pods), events: events.map((one) => ({ ...one, count: pulls })) };
}

/** A revision whose one pod names a Secret that does not exist. */
export function withoutSecret(revision: number): Partial<Observation> {
  const owner = replicaSet(revision);
  const waiting = { reason: "CreateContainerConfigError", message: 'secret "login" not found' };
  return { replicaSets: [owner], pods: of(owner, pod(`web-${revision}-a`, { status: { state: { waiting } } })) };
}

/** A revision whose one pod has ended `ends` times with an error and waits for its next run, or runs again. */
export function crashing(revision: number, ends: number, runs = false): Partial<Observation> {
  const owner = replicaSet(revision);
  const terminated = {
    exitCode: 7,
    reason: "Error",
    startedAt: "2026-11-22T11:59:50Z",
    finishedAt: "2026-11-22T11:59:52Z",
  };
  const state = runs ? { running: { startedAt: "2026-11-22T11:59:58Z" } } : { waiting: { reason: "CrashLoopBackOff" } };
  const status = { ready: false, restartCount: runs ? ends : ends - 1, state, lastState: { terminated } };
  return { replicaSets: [owner], pods: of(owner, pod(`web-${revision}-a`, { status })) };
}

/** A revision whose pods Pod Security refuses. */
export function refused(revision: number): Partial<Observation> {
  const owner = replicaSet(revision, "web", { wanted: 1, present: 0 });
  const words = 'pods "web-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
  const about = { kind: "ReplicaSet", name: owner.metadata?.name, uid: owner.metadata?.uid };
  return { replicaSets: [owner], events: [event("", "FailedCreate", words, { involvedObject: about })] };
}

/** Combines observations of the namespace. */
export function together(...parts: Partial<Observation>[]): Observation {
  return observation({
    deployments: [deployment()],
    pods: parts.flatMap(({ pods = [] }) => pods),
    replicaSets: parts.flatMap(({ replicaSets = [] }) => replicaSets),
    events: parts.flatMap(({ events = [] }) => events),
  });
}
