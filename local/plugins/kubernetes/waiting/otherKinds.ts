/** When objects of the other kinds that take their time are ready. */
import type {
  CoreV1Event,
  V1DaemonSet,
  V1Job,
  V1LabelSelector,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Service,
  V1StatefulSet,
  V1StorageClass,
} from "@kubernetes/client-node";

import type { Cluster } from "../cluster.ts";
import type { KubeObject } from "../kubeObject.ts";
import { isReady, ownedBy, podProblems, selectorText, warnings } from "./pods.ts";
import { ready } from "./verdict.ts";
import type { Assessment, Problem, Verdict } from "./verdict.ts";

function waiting(status: string, problems: Problem[] = []): Verdict {
  return { state: "waiting", status, problems };
}

async function problemsOfPods(
  cluster: Cluster,
  owner: KubeObject,
  selector: V1LabelSelector | undefined,
  signal: AbortSignal,
): Promise<Problem[]> {
  const kind = { apiVersion: "v1", kind: "Pod" };
  const [pods, events] = await Promise.all([
    ownedBy<V1Pod>(cluster, owner, kind, selectorText(selector), signal),
    warnings(cluster, owner.metadata.namespace ?? "", signal),
  ]);
  return pods.flatMap((pod) => podProblems(pod, events));
}

export function assessStatefulSet(cluster: Cluster): Assessment {
  return async (live, signal) => {
    const { metadata, spec, status } = live as unknown as V1StatefulSet;
    const wanted = spec?.replicas ?? 1;
    // With OnDelete pods are replaced when somebody deletes them, which nobody may ever do.
    const updated = spec?.updateStrategy?.type === "OnDelete" ? wanted : (status?.updatedReplicas ?? 0);
    const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
    const seen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
    const readyCount = status?.readyReplicas ?? 0;
    if (seen && readyCount >= wanted && updated >= wanted - partition) {
      return ready;
    }
    const text = `Waiting for the StatefulSet: ${updated} of ${wanted} pods updated, ${readyCount} ready`;
    return waiting(text, await problemsOfPods(cluster, live, spec?.selector, signal));
  };
}

export function assessDaemonSet(cluster: Cluster): Assessment {
  return async (live, signal) => {
    const { metadata, spec, status } = live as unknown as V1DaemonSet;
    const wanted = status?.desiredNumberScheduled ?? 0;
    const updated = spec?.updateStrategy?.type === "OnDelete" ? wanted : (status?.updatedNumberScheduled ?? 0);
    const available = status?.numberAvailable ?? 0;
    const seen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
    if (seen && updated >= wanted && available >= wanted) {
      return ready;
    }
    const text = `Waiting for the DaemonSet: ${updated} of ${wanted} pods updated, ${available} available`;
    return waiting(text, await problemsOfPods(cluster, live, spec?.selector, signal));
  };
}

export function assessJob(cluster: Cluster): Assessment {
  return async (live, signal) => {
    const { spec, status } = live as unknown as V1Job;
    const holds = (wanted: string) =>
      status?.conditions?.find(({ type, status: value }) => type === wanted && value === "True");
    if (spec?.suspend === true || holds("Complete") !== undefined) {
      return ready;
    }
    const problems = await problemsOfPods(cluster, live, spec?.selector, signal);
    const failure = holds("Failed");
    if (failure !== undefined) {
      const own = { reason: failure.reason ?? "Failed", message: failure.message ?? "the Job has failed" };
      return { state: "failed", problems: [own, ...problems] };
    }
    // How often a pod may fail is the Job's own rule (backoffLimit): none of its pods' problems is certain before.
    const lasting = problems.map((problem) => ({ ...problem, patienceSeconds: undefined }));
    return waiting(`Waiting for the Job: ${status?.succeeded ?? 0} of ${spec?.completions ?? 1} completions`, lasting);
  };
}

export function assessPod(cluster: Cluster): Assessment {
  return async (live, signal) => {
    const pod = live as unknown as V1Pod;
    if (isReady(pod) || pod.status?.phase === "Succeeded") {
      return ready;
    }
    const events: CoreV1Event[] = await warnings(cluster, live.metadata.namespace ?? "", signal);
    const problems = podProblems(pod, events);
    if (pod.status?.phase === "Failed") {
      return { state: "failed", problems };
    }
    return waiting(`Waiting for the Pod: ${pod.status?.phase ?? "Pending"}`, problems);
  };
}

/** Only an address from outside takes time; that pods answer is their Deployment's affair. */
export function assessService(): Assessment {
  return (live) => {
    const { spec, status } = live as unknown as V1Service;
    const addresses = status?.loadBalancer?.ingress ?? [];
    const isReadyNow = spec?.type !== "LoadBalancer" || addresses.length > 0;
    return Promise.resolve(isReadyNow ? ready : waiting("Waiting for the load balancer's address"));
  };
}

export function assessVolumeClaim(cluster: Cluster): Assessment {
  return async (live, signal) => {
    const { spec, status } = live as unknown as V1PersistentVolumeClaim;
    if (status?.phase === "Bound") {
      return ready;
    }
    const name = spec?.storageClassName ?? "";
    const kind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass" };
    const classes = (await cluster.list(kind, "", { signal })) as unknown as V1StorageClass[];
    const storageClass = classes.find(({ metadata }) => metadata?.name === name);
    // Bound with the first pod that uses it, which cannot come before this claim is there.
    return storageClass?.volumeBindingMode === "WaitForFirstConsumer"
      ? ready
      : waiting(`Waiting for a volume: the claim is ${status?.phase ?? "Pending"}`);
  };
}
