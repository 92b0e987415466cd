import type { KubeObject } from "../../../../../local/plugins/kubernetes/kubeObject.ts";
import { assessmentOf } from "../../../../../local/plugins/kubernetes/waiting/readiness.ts";
import type { Verdict } from "../../../../../local/plugins/kubernetes/waiting/verdict.ts";
import { FakeCluster } from "./fakeCluster.ts";
import { crashed, pod, running } from "./recordedRollouts.ts";

async function judge(type: string, spec: unknown, status: unknown, others: KubeObject[] = []): Promise<Verdict> {
  const parts = type.split("/");
  const kind = parts.pop() ?? "";
  const object = {
    apiVersion: parts.join("/"),
    kind,
    metadata: { name: "web", namespace: "shop", uid: "replicaset", generation: 1 },
    spec,
    status,
  };
  const cluster = new FakeCluster();
  others.forEach((one) => cluster.put(one));
  const assess = assessmentOf(object, cluster);
  return assess === undefined ? { state: "ready" } : assess(object, new AbortController().signal);
}

test.each<[string, unknown, unknown, Verdict["state"]]>([
  ["v1/Service", { type: "ClusterIP" }, {}, "ready"],
  ["v1/Service", { clusterIP: "None" }, {}, "ready"],
  ["v1/Service", { type: "LoadBalancer" }, { loadBalancer: {} }, "waiting"],
  ["v1/Service", { type: "LoadBalancer" }, { loadBalancer: { ingress: [{ ip: "127.44.0.2" }] } }, "ready"],
  ["apps/v1/StatefulSet", { replicas: 2 }, { observedGeneration: 1, readyReplicas: 2, updatedReplicas: 1 }, "waiting"],
  ["apps/v1/StatefulSet", { replicas: 2 }, { observedGeneration: 1, readyReplicas: 2, updatedReplicas: 2 }, "ready"],
  ["apps/v1/StatefulSet", { replicas: 2 }, { readyReplicas: 2, updatedReplicas: 2 }, "waiting"],
  [
    "apps/v1/StatefulSet",
    { replicas: 2, updateStrategy: { type: "OnDelete" } },
    { observedGeneration: 1, readyReplicas: 2 },
    "ready",
  ],
  [
    "apps/v1/StatefulSet",
    { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
    { observedGeneration: 1, readyReplicas: 2, updatedReplicas: 1 },
    "ready",
  ],
  [
    "apps/v1/DaemonSet",
    {},
    { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
    "waiting",
  ],
  [
    "apps/v1/DaemonSet",
    {},
    { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
    "ready",
  ],
  ["batch/v1/Job", {}, { conditions: [{ type: "Complete", status: "True" }] }, "ready"],
  ["batch/v1/Job", { suspend: true }, {}, "ready"],
  ["batch/v1/Job", {}, { active: 1 }, "waiting"],
  ["batch/v1/Job", {}, { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] }, "failed"],
  ["v1/Pod", {}, running(true), "ready"],
  ["v1/Pod", {}, running(false), "waiting"],
  ["v1/Pod", {}, { phase: "Succeeded" }, "ready"],
  ["v1/Pod", {}, { phase: "Failed", reason: "Evicted", message: "low on memory" }, "failed"],
  ["v1/PersistentVolumeClaim", { storageClassName: "slow" }, { phase: "Pending" }, "waiting"],
  ["v1/PersistentVolumeClaim", { storageClassName: "slow" }, { phase: "Bound" }, "ready"],
  ["v1/ConfigMap", {}, undefined, "ready"],
])("%s %j with %j is %s", async (type, spec, status, state) => {
  expect((await judge(type, spec, status)).state).toBe(state);
});

test("a claim that is bound with its first pod is not waited for", async () => {
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "lazy", namespace: "" },
  };
  const lazy = { ...storageClass, volumeBindingMode: "WaitForFirstConsumer" };
  const verdict = await judge("v1/PersistentVolumeClaim", { storageClassName: "lazy" }, { phase: "Pending" }, [lazy]);
  expect(verdict.state).toBe("ready");
});

test("a failed Job tells its own reason and its pods'", async () => {
  const conditions = [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }];
  expect(await judge("batch/v1/Job", {}, { conditions }, [pod("a", crashed(3))])).toMatchObject({
    problems: [{ reason: "BackoffLimitExceeded", message: "too often" }, { reason: "OOMKilled" }],
  });
});

test("how often a Job's pods may fail is the Job's own affair", async () => {
  const verdict = await judge("batch/v1/Job", {}, { active: 1 }, [pod("a", crashed(3))]);
  expect(verdict).toMatchObject({ state: "waiting", problems: [{ reason: "OOMKilled", patienceSeconds: undefined }] });
});
