/** Causes that one machine cannot show, and rules that need exact times. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import type { AzureLook, RoleGrant } from "../../../../ops/doctor/azure/azureLook.ts";
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { at, before, event, node, observation, pending, pod, pull } from "./exampleObservations.ts";
import { seldomWordings } from "./seldomWordings.ts";
import { unmakeable } from "./unmakeable.ts";
import { wordings } from "./wordings.ts";

const codes = (seen: Observation) => diagnose(seen).findings.map(({ code }) => code);

it.each([...unmakeable, ...wordings, ...seldomWordings])("$code: $made", ({ code, seen }) => {
  expect(codes(seen())).toEqual([code]);
});

describe("a healthy workload", () => {
  it("gives no finding", () => {
    expect(diagnose(observation({ pods: [pod("web-1"), pod("web-2")] }))).toEqual({
      verdict: "healthy",
      owners: [],
      findings: [],
      pods: [
        { name: "web-1", health: "well" },
        { name: "web-2", health: "well" },
      ],
    });
  });

  const ended = (exitCode: number, reason: string, seconds: number) => ({
    ready: true,
    restartCount: 1,
    lastState: { terminated: { exitCode, reason, startedAt: before(seconds + 60), finishedAt: before(seconds) } },
  });
  const running = { podStatus: { conditions: [{ type: "Ready", status: "True" }] } };

  it.each([
    ["stopped with its node a moment ago", ended(255, "Unknown", 60)],
    ["killed with its node a moment ago", ended(137, "Error", 60)],
    ["killed for its memory an hour ago", ended(137, "OOMKilled", 3600)],
  ])("may have been %s", (_, status) => {
    const again = pod("web-1", { status });
    Object.assign(again.status ?? {}, running.podStatus);
    expect(codes(observation({ pods: [again] }))).toEqual([]);
  });

  it("may not have been killed for its memory a minute ago, even if it runs again", () => {
    const again = pod("web-1", { status: ended(137, "OOMKilled", 60) });
    Object.assign(again.status ?? {}, running.podStatus);
    expect(codes(observation({ pods: [again] }))).toEqual(["oom-killed"]);
  });

  it("may be starting within the time its probe allows", () => {
    const probe = { httpGet: { path: "/ready", port: 8080 }, periodSeconds: 5, failureThreshold: 3 };
    const started = (seconds: number) =>
      pod("web-1", {
        status: { ready: false, state: { running: { startedAt: before(seconds) } } },
        spec: { containers: [{ name: "main", image: "a/b:1", readinessProbe: probe }] },
      });
    expect(diagnose(observation({ pods: [started(10)] })).pods).toEqual([{ name: "web-1", health: "starting" }]);
    const refused = [event("web-1", "Unhealthy", "Readiness probe failed: dial tcp: connect: connection refused")];
    expect(codes(observation({ pods: [started(20)], events: refused }))).toEqual(["nothing-listens"]);
  });

  it("may wait for nodes that the autoscaler has requested", () => {
    const waiting = pending("web-1", "0/1 nodes are available: 1 Insufficient cpu.");
    const ordered = [event("web-1", "TriggeredScaleUp", "pod triggered scale-up: [{pool 1->2 (max: 3)}]")];
    expect(diagnose(observation({ pods: [waiting], events: ordered })).pods).toEqual([
      { name: "web-1", health: "starting" },
    ]);
    expect(codes(observation({ pods: [waiting] }))).toEqual(["insufficient-cpu"]);
  });

  it("may have attached its volume at the second attempt", () => {
    const creating = pod("web-1", { status: { ready: false, state: { waiting: { reason: "ContainerCreating" } } } });
    Object.assign(creating.metadata ?? {}, { creationTimestamp: before(60) });
    const failed = event("web-1", "FailedMount", 'MountVolume.SetUp failed for volume "a" : configmap "a" not found');
    const later = event("web-1", "Pulling", "Pulling image", { lastTimestamp: before(5) });
    expect(codes(observation({ pods: [creating], events: [failed, later] }))).toEqual([]);
    expect(codes(observation({ pods: [creating], events: [failed] }))).toEqual(["configmap-missing"]);
  });

  it("may be terminating, within its grace period", () => {
    const leaving = (elapsed: number) =>
      pod("web-1", {
        metadata: { deletionTimestamp: before(elapsed - 30), deletionGracePeriodSeconds: 30 },
      });
    expect(diagnose(observation({ pods: [leaving(12)] })).pods).toEqual([{ name: "web-1", health: "ending" }]);
    expect(codes(observation({ pods: [leaving(28)] }))).toEqual(["sigterm-ignored"]);
  });
});

describe("several pods", () => {
  const owned = (name: string) => ({
    ownerReferences: [{ kind: "ReplicaSet", name: "web-1", apiVersion: "", uid: "" }],
    name,
  });

  it("of one owner with the same failure are one finding", () => {
    const make = (name: string) => pull(name, "reg.example.com/app:v2", "not found");
    const both = ["web-a", "web-b"].map(make);
    for (const { pods } of both) Object.assign(pods[0]?.metadata ?? {}, owned(pods[0]?.metadata?.name ?? ""));
    const { findings } = diagnose(
      observation({ pods: both.flatMap(({ pods }) => pods), events: both.flatMap(({ events }) => events) }),
    );
    expect(findings.map(({ code, affected }) => [code, affected])).toEqual([
      ["tag-not-found", ["pod/web-a", "pod/web-b"]],
    ]);
  });

  it("that suffer from a fault of the cluster are one finding, and it comes first", () => {
    const lost = pull("db-1", "reg.example.com/db:v2", "not found");
    const message = "0/1 nodes are available: 1 node(s) had untolerated taint(s)";
    const seen = observation({
      nodes: [node("node-1", { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }] })],
      pods: [...lost.pods, pending("web-1", message), pending("api-1", message)],
      events: lost.events,
    });
    const { findings } = diagnose(seen);
    expect(findings.map(({ code, affected }) => [code, affected])).toEqual([
      ["nodes-not-ready", ["pod/web-1", "pod/api-1"]],
      ["tag-not-found", ["pod/db-1"]],
    ]);
  });
});

describe("Azure's role assignments", () => {
  const kubelet = { objectId: "kubelet-object", clientId: "kubelet-client" };
  const controlPlane = { objectId: "control-object", clientId: "control-client" };
  const grant = (principalId: string, parts: Partial<RoleGrant> = {}): RoleGrant => ({
    principalId,
    role: "AcrPull",
    scope: "/registry",
    createdOn: before(120),
    pullsClassic: true,
    pullsAbac: false,
    ...parts,
  });
  const azure = (grants: RoleGrant[], roleMode: "classic" | "abac" = "classic"): AzureLook => ({
    subscription: "sub",
    registries: {
      "app.azurecr.io": { id: "/registry", name: "app", loginServer: "app.azurecr.io", roleMode, grants },
    },
    cluster: { id: "/cluster", name: "aks", resourceGroup: "rg", kubelet, controlPlane },
  });
  const refusal = (look: AzureLook | undefined) => {
    const failing = pull(
      "web-1",
      "app.azurecr.io/app:v1",
      "failed to authorize: failed to fetch oauth token: 401 Unauthorized",
    );
    return diagnose(observation({ ...failing, ...(look === undefined ? {} : { azure: look }) })).findings[0];
  };

  it.each([
    ["acrpull-missing", azure([])],
    ["acrpull-missing", azure([grant("somebody-else")])],
    ["acrpull-missing", azure([grant("kubelet-object", { role: "AcrDelete", pullsClassic: false })])],
    ["acrpull-on-control-plane", azure([grant("control-object")])],
    ["acrpull-on-client-id", azure([grant("kubelet-client")])],
    ["acrpull-on-client-id", azure([grant("control-client")])],
    ["acrpull-ignored-by-abac", azure([grant("kubelet-object")], "abac")],
    ["acrpull-not-propagated", azure([grant("KUBELET-OBJECT")])],
    ["acrpull-not-propagated", azure([grant("kubelet-object", { role: "Reader", pullsAbac: true })], "abac")],
    ["registry-unauthorized", azure([grant("kubelet-object", { createdOn: before(7200) })])],
    ["registry-unauthorized", undefined],
  ])("%s", (code, look) => {
    expect(refusal(look)?.code).toBe(code);
  });

  it("prints the command with the kubelet's object id and the role that the registry's mode needs", () => {
    const commands = (look: AzureLook) =>
      refusal(look)
        ?.mend.map(({ command }) => command)
        .join("\n");
    expect(commands(azure([]))).toContain('--role "AcrPull" --assignee-object-id kubelet-object');
    expect(commands(azure([grant("kubelet-object")], "abac"))).toContain(
      '--role "Container Registry Repository Reader"',
    );
  });
});

it("names the stack's settings if the pods belong to a stack, otherwise kubectl", () => {
  const failing = pod("web-1", {
    status: {
      restartCount: 3,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 137, reason: "OOMKilled", startedAt: before(90), finishedAt: before(60) } },
    },
    spec: { containers: [{ name: "main", image: "a/b:1", resources: { limits: { memory: "256Mi" } } }] },
    metadata: { ownerReferences: [{ kind: "StatefulSet", name: "web", apiVersion: "", uid: "" }] },
  });
  const command = (stack?: string) =>
    diagnose(
      observation({
        pods: [failing],
        target: { namespace: "shop", selector: "", context: "c", ...(stack === undefined ? {} : { stack }) },
      }),
    ).findings[0]?.mend[0]?.command;
  expect(command()).toBe(
    `kubectl patch statefulset/web --namespace shop --patch '{"spec":{"template":{"spec":{"containers":[{"name":"main","resources":{"limits":{"memory":"512Mi"}}}]}}}}'`,
  );
  expect(command("dev")).toBe("pulumi config set tarmac:memoryLimit 512Mi --stack dev && pulumi up --stack dev");
});

it("shows what it cannot explain verbatim", () => {
  const odd = pod("web-1", { status: { state: { waiting: { reason: "SomethingNew", message: "never seen" } } } });
  const [finding] = diagnose(observation({ pods: [odd], at })).findings;
  expect(finding?.code).toBe("not-diagnosed");
  expect(finding?.evidence.join()).toContain("never seen");
});
