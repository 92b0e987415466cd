import { judgeRollout } from "../../../../../local/plugins/kubernetes/waiting/deployment.ts";
import type { KubeObject } from "../../../../../local/plugins/kubernetes/kubeObject.ts";
import {
  assessmentOf,
  skipsDeletionWait,
  timeoutSeconds,
} from "../../../../../local/plugins/kubernetes/waiting/readiness.ts";
import { NotReadyError, waitUntilGone, waitUntilReady } from "../../../../../local/plugins/kubernetes/waiting/wait.ts";
import { FakeClock, FakeCluster, request } from "./fakeCluster.ts";
import {
  crashed,
  deployment,
  event,
  noImage,
  pod,
  refused,
  replicaSet,
  running,
  unschedulable,
} from "./recordedRollouts.ts";

interface Moment {
  /** Seconds from the start of the wait. */
  at: number;
  objects: KubeObject[];
}

/** Waits for the first moment's Deployment while the cluster goes through the moments. */
async function rollOut(moments: Moment[], seconds = 600, signal = new AbortController().signal) {
  const cluster = new FakeCluster();
  const clock = new FakeClock();
  const asked = request("kubernetes:apps/v1:Deployment", signal);
  cluster.onGet = () => {
    const passed = moments.filter(({ at }) => at * 1000 <= clock.milliseconds);
    cluster.objects.clear();
    passed.at(-1)?.objects.forEach((object) => cluster.put(object));
  };
  cluster.logText = "listening\nno database";
  const first = moments[0]?.objects[0] as KubeObject;
  const assess = assessmentOf(first, cluster);
  if (assess === undefined) {
    throw new Error("a Deployment is waited for");
  }
  const options = { cluster, timeoutSeconds: seconds, log: asked.log, signal, clock };
  const result = await waitUntilReady(first, assess, options).catch((error: unknown) => error as NotReadyError);
  return { result, seconds: clock.milliseconds / 1000, shown: asked.logged };
}

const start = { at: 0, objects: [deployment({ generation: 2, observed: 1 })] };

test("a rollout is over when the new pods are available and the old ones gone", async () => {
  const { result, seconds, shown } = await rollOut([
    start,
    { at: 1, objects: [deployment({ updated: 1, total: 4, available: 3 }), replicaSet(0), pod("a", running(false))] },
    { at: 2, objects: [deployment({ updated: 3, total: 5, available: 4 }), replicaSet(2), pod("a", running(true))] },
    { at: 3, objects: [deployment({ updated: 3, total: 4, available: 4 }), replicaSet(3)] },
    { at: 4, objects: [deployment({ updated: 3, total: 3, available: 3 }), replicaSet(3)] },
  ]);
  expect(result).not.toBeInstanceOf(Error);
  expect(seconds).toBe(4);
  expect(shown).toEqual([
    "status: Waiting for the Deployment controller",
    "status: Waiting for the rollout: 1 of 3 new pods made, 0 available",
    "status: Waiting for the rollout: 3 of 3 new pods made, 2 available",
    "status: Waiting for old pods to end",
    "status: ",
  ]);
});

test("a paused Deployment does not roll out, and one of no replicas has", () => {
  const parts = { replicaSet: undefined, pods: [], events: [] };
  const judged = (one: KubeObject) => judgeRollout({ deployment: one as never, ...parts }, 0).state;
  expect(judged(deployment({ paused: true }))).toBe("ready");
  expect(judged(deployment({ wanted: 0 }))).toBe("ready");
  expect(judged(deployment({}))).toBe("waiting");
});

test("an image that does not exist fails early, with the registry's words", async () => {
  const waiting = (reason: string) => [deployment({ updated: 1 }), replicaSet(0), pod("a", noImage(reason))];
  const { result, seconds } = await rollOut([
    start,
    { at: 1, objects: waiting("ErrImagePull") },
    { at: 9, objects: waiting("ImagePullBackOff") },
  ]);
  expect(result).toBeInstanceOf(NotReadyError);
  expect((result as NotReadyError).reasons).toEqual([
    "Deployment shop/web will not become ready",
    '[ImagePullBackOff] container app: Back-off pulling image "web:1": not found',
  ]);
  expect(seconds).toBe(21);
});

test("a refused pull gets time: the right to it may still be spreading", async () => {
  const refusedPull = [
    deployment({ updated: 1 }),
    replicaSet(0),
    pod("a", noImage("ImagePullBackOff", "401 Unauthorized")),
  ];
  const healed = [deployment({ updated: 3, total: 3, available: 3 }), replicaSet(3)];
  const { result } = await rollOut([start, { at: 1, objects: refusedPull }, { at: 55, objects: healed }]);
  expect(result).not.toBeInstanceOf(Error);
});

test("Pod Security's refusal fails within seconds, one left over from before gets time to be tried again", async () => {
  const now = new Date(Date.now() + 1000).toISOString();
  const fresh = await rollOut([start, { at: 1, objects: [deployment({}), refused(now)] }]);
  expect((fresh.result as NotReadyError).reasons[1]).toBe(
    '[FailedCreate] pods "web-1-x" is forbidden: violates PodSecurity "restricted:v1.34"',
  );
  expect(fresh.seconds).toBe(11);
  const old = await rollOut([start, { at: 1, objects: [deployment({}), refused("2020-01-01T00:00:00Z")] }]);
  expect(old.seconds).toBe(91);
});

test("no room on any node fails with the scheduler's words", async () => {
  const { result, seconds } = await rollOut([
    start,
    { at: 1, objects: [deployment({ updated: 1 }), replicaSet(0), pod("a", unschedulable)] },
  ]);
  expect((result as NotReadyError).reasons[1]).toBe("[Unschedulable] 0/1 nodes are available: 1 Insufficient cpu.");
  expect(seconds).toBe(61);
});

test("containers that keep ending fail with how they ended and what they wrote last, pods alike counted", async () => {
  const objects = [deployment({ updated: 2 }), replicaSet(0), pod("a", crashed(2)), pod("b", crashed(2))];
  const { result, seconds } = await rollOut([start, { at: 1, objects }]);
  expect((result as NotReadyError).reasons[1]).toBe(
    "(2 times) [OOMKilled] container app has ended 2 times; last end: OOMKilled, exit code 137. Its log ends with:\n" +
      "    listening\n    no database",
  );
  expect(seconds).toBe(1);
});

test("one end is no pattern yet", async () => {
  const objects = [deployment({ updated: 1 }), replicaSet(0), pod("a", crashed(1))];
  const healed = [deployment({ updated: 3, total: 3, available: 3 }), replicaSet(3)];
  const { result } = await rollOut([start, { at: 1, objects }, { at: 100, objects: healed }]);
  expect(result).not.toBeInstanceOf(Error);
});

test("when time is up, a pod that is not ready says why by its newest warning", async () => {
  const events = [
    event("a", "older", "2026-01-01T00:00:00Z"),
    event("a", "Readiness probe failed: 503", "2026-01-02T00:00:00Z"),
  ];
  const objects = [deployment({ updated: 1 }), replicaSet(0), pod("a", running(false)), ...events];
  const { result } = await rollOut([start, { at: 1, objects }], 30);
  expect((result as NotReadyError).reasons).toEqual([
    "Deployment shop/web did not become ready within 30 s. Waiting for the rollout: 1 of 3 new pods made, 0 available",
    "[Unhealthy] Readiness probe failed: 503",
  ]);
});

test("the controller's own deadline ends the wait", async () => {
  const { result } = await rollOut([
    start,
    { at: 1, objects: [deployment({ updated: 1, stalled: true }), replicaSet(0)] },
  ]);
  expect((result as NotReadyError).reasons[1]).toBe("[ProgressDeadlineExceeded] has timed out progressing.");
});

test("a Deployment that somebody deletes is not waited for", async () => {
  const { result } = await rollOut([start, { at: 2, objects: [] }]);
  expect((result as NotReadyError).reasons[1]).toBe("[NotFound] it was deleted while it was waited for");
});

test("Ctrl-C ends the wait and says so", async () => {
  const controller = new AbortController();
  controller.abort(new Error("cancelled"));
  const { result } = await rollOut([start], 600, controller.signal);
  expect((result as NotReadyError).reasons).toEqual(["the wait for Deployment shop/web to become ready was cancelled"]);
});

test("an API server that does not answer for a moment ends no wait", async () => {
  const cluster = new FakeCluster();
  cluster.refusals.get = [new Error("connection refused"), new Error("connection refused")];
  const done = cluster.put(deployment({ updated: 3, total: 3, available: 3 }));
  const { log, signal, logged } = request("kubernetes:apps/v1:Deployment");
  const assess = () => Promise.resolve({ state: "ready" } as const);
  await waitUntilReady(done, assess, { cluster, timeoutSeconds: 10, log, signal, clock: new FakeClock() });
  expect(logged).toEqual(["status: connection refused", "status: "]);
});

test("a deletion is over when this object is gone, whoever has its name then", async () => {
  const cluster = new FakeCluster();
  const clock = new FakeClock();
  const { log, signal, logged } = request("kubernetes:core/v1:Namespace");
  const namespace = (uid: string) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", uid, finalizers: ["kubernetes"] },
  });
  cluster.put(namespace("1"));
  cluster.onGet = () => clock.milliseconds >= 3000 && cluster.put(namespace("2"));
  const name = { apiVersion: "v1", kind: "Namespace", name: "shop" };
  await waitUntilGone(name, "1", { cluster, timeoutSeconds: 10, log, signal, clock });
  expect(clock.milliseconds).toBe(3000);
  expect(logged).toEqual(["status: Waiting for deletion (kubernetes)", "status: "]);
  const again = waitUntilGone(name, "2", { cluster, timeoutSeconds: 10, log, signal, clock });
  await expect(again).rejects.toThrow("Namespace shop was still there after 10 s. Waiting for deletion (kubernetes)");
});

test("annotations and options decide whether and how long is waited", () => {
  const annotated = (annotations: Record<string, string>): KubeObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { annotations },
  });
  const cluster = new FakeCluster();
  const skipping = annotated({ "pulumi.com/skipAwait": "true" });
  expect(assessmentOf(skipping, cluster)).toBeUndefined();
  expect(assessmentOf({ ...annotated({}), kind: "HorizontalPodAutoscaler" }, cluster)).toBeUndefined();
  expect(skipsDeletionWait(skipping)).toBe(true);
  expect(skipsDeletionWait({ ...skipping, apiVersion: "v1", kind: "Service" })).toBe(false);
  expect(timeoutSeconds(annotated({}), 0)).toBe(600);
  expect(timeoutSeconds(annotated({ "pulumi.com/timeoutSeconds": "30" }), 0)).toBe(30);
  expect(timeoutSeconds(annotated({ "pulumi.com/timeoutSeconds": "30" }), 20)).toBe(20);
});
