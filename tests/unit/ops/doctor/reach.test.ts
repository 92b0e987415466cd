/** Faults between clients and pods, and unusual setups that are healthy. */
import { readCertificate } from "../../../../ops/doctor/cluster/reachLook.ts";
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { doubtfulPorts } from "../../../../ops/doctor/causes/service-wrong-target-port.ts";
import { sceneOf } from "../../../../ops/doctor/facts/scene.ts";
import { isolationOf, opens } from "../../../../ops/doctor/facts/policyFacts.ts";
import { covers } from "../../../../ops/doctor/facts/tlsUses.ts";
import type { ReachLook } from "../../../../ops/doctor/observation.ts";
import { before, pod } from "./exampleObservations.ts";
import { named, quotaOf, reached, reachWordings, serviceOf } from "./reachWordings.ts";

it.each(reachWordings.map((one) => [one.code, one.made, one.seen] as const))("%s: %s", (code, _, seen) => {
  expect(diagnose(seen()).findings.map((finding) => finding.code)).toEqual([code]);
});

const slices = (addresses: string[]): NonNullable<ReachLook["endpointSlices"]> =>
  [
    {
      addressType: "IPv4",
      metadata: { name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
      endpoints: addresses.map((address) => ({ addresses: [address] })),
    },
  ] as NonNullable<ReachLook["endpointSlices"]>;

it("ports of pods without a probe are tested only when the process has had time to listen", () => {
  const started = (seconds: number) => {
    const one = pod("web-1", { metadata: { labels: { app: "web" } } });
    const [status] = one.status?.containerStatuses ?? [];
    Object.assign(status ?? {}, { state: { running: { startedAt: before(seconds) } } });
    return doubtfulPorts(sceneOf(reached({}, { pods: [one] })));
  };
  expect(started(5)).toEqual([]);
  expect(started(60)).toEqual([{ pod: "web-1", port: 8080 }]);
});

describe("is healthy", () => {
  it("a Service to a port that no container declares, if the port answers", () => {
    const services = [serviceOf({ ports: [{ port: 9090, targetPort: 9090 }] })];
    expect(diagnose(reached({ endpointSlices: slices(["10.0.0.1"]) }, { services })).findings).toEqual([]);
  });

  it("a Service of an owner that is scaled to 0", () => {
    const deployment = {
      metadata: { name: "web", creationTimestamp: before(900) },
      spec: { replicas: 0, selector: {}, template: { metadata: { labels: { app: "web" } } } },
      status: { observedGeneration: 1 },
    };
    const { findings } = diagnose(reached({ endpointSlices: slices([]) }, { pods: [], deployments: [deployment] }));
    expect(findings).toEqual([]);
  });

  it("a new load balancer that Azure is still creating", () => {
    const young = serviceOf({ type: "LoadBalancer" });
    Object.assign(young.metadata ?? {}, { creationTimestamp: before(30) });
    expect(diagnose(reached({}, { services: [young] })).findings).toEqual([]);
  });

  it.each<[string, object]>([
    ["for a moment", { deletionTimestamp: before(30), finalizers: ["service.kubernetes.io/load-balancer-cleanup"] }],
    ["by the garbage collector", { deletionTimestamp: before(900), finalizers: ["foregroundDeletion"] }],
  ])("a Service that is being deleted %s", (_, parts) => {
    const going = serviceOf({ type: "LoadBalancer" });
    Object.assign(going.metadata ?? {}, parts);
    expect(diagnose(reached({ endpointSlices: [] }, { services: [going] })).findings).toEqual([]);
  });

  it("a budget that allows no eviction, while no node is drained", () => {
    const budget = {
      metadata: { name: "web" },
      spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
    } as NonNullable<ReachLook["budgets"]>[number];
    expect(diagnose(reached({ budgets: [budget] })).findings).toEqual([]);
  });

  it.each([
    ["resolves to the Gateway", { addresses: ["20.1.1.1"] }],
    ["resolves to a proxy", { addresses: ["51.1.1.1"], answers: { "51.1.1.1": "open", "20.1.1.1": "open" } }],
    ["resolves elsewhere, where nothing was tested", { addresses: ["51.1.1.1"], aliases: ["shop.example.net"] }],
    [
      "resolves to two addresses, one of which answers",
      {
        addresses: ["51.1.1.1", "51.1.1.2"],
        answers: { "51.1.1.1": "closed", "51.1.1.2": "open", "20.1.1.1": "open" },
      },
    ],
    [
      "resolves elsewhere, from a machine that reaches neither address",
      { addresses: ["51.1.1.1"], answers: { "51.1.1.1": "closed", "20.1.1.1": "closed" } },
    ],
    [
      "resolves to a server with the same certificate for another name",
      { addresses: ["51.1.1.1"], answers: { "51.1.1.1": "other", "20.1.1.1": "other" } },
    ],
  ] satisfies [string, NonNullable<ReachLook["hosts"]>[string]][])("a route whose name %s", (_, look) => {
    expect(diagnose(named({ "shop.example.com": look })).findings).toEqual([]);
  });

  it.each<[string, NonNullable<ReachLook["hosts"]>, string]>([
    ["a private address, and its name another", { "shop.example.com": { addresses: ["20.1.1.1"] } }, "10.0.0.4"],
    ["a private address, and no name on this machine", { "shop.example.com": { addresses: [] } }, "10.0.0.4"],
    ["a host name that could not be looked up", { "shop.example.com": { addresses: ["20.1.1.1"] } }, "lb.example.net"],
  ])("a route whose Gateway has %s", (_, hosts, value) => {
    const seen = named(hosts);
    Object.assign(seen.reach?.gateways?.[0]?.status ?? {}, { addresses: [{ value }] });
    expect(diagnose(seen).findings).toEqual([]);
  });

  it.each([{ kind: "Service" }, { namespace: "edge" }])(
    "a route of another parent with the Gateway's name (%j)",
    (parent) => {
      const seen = named({ "shop.example.com": { addresses: ["51.1.1.1"] } });
      Object.assign(seen.reach?.httpRoutes?.[0]?.spec ?? {}, { parentRefs: [{ name: "edge", ...parent }] });
      expect(diagnose(seen).findings).toEqual([]);
    },
  );

  it("a route whose name could not be looked up", () => {
    expect(diagnose(named({})).findings).toEqual([]);
  });

  it.each([
    ["has room for the rollout's extra pod", { pods: "2" }, { pods: "1" }, {}],
    ["is for resources that the pods do not request", { "limits.cpu": "1" }, { "limits.cpu": "1" }, {}],
    [
      "is used up, while rollouts start by stopping a pod",
      { pods: "1" },
      { pods: "1" },
      { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    ],
    ["is used up, while rollouts recreate", { pods: "1" }, { pods: "1" }, { type: "Recreate" }],
  ])("a quota that %s", (_, hard, used, strategy) => {
    expect(diagnose(quotaOf(hard, used, strategy)).findings).toEqual([]);
  });

  it("an autoscaler of pods that are too new for metrics", () => {
    const autoscaler = {
      metadata: { name: "web", creationTimestamp: before(40) },
      spec: { maxReplicas: 3, scaleTargetRef: { kind: "Deployment", name: "web" } },
      status: {
        conditions: [
          {
            type: "ScalingActive",
            status: "False",
            reason: "FailedGetResourceMetric",
            message: "did not receive metrics for targeted pods (pods might be unready)",
          },
        ],
      },
    } as NonNullable<ReachLook["autoscalers"]>[number];
    expect(diagnose(reached({ autoscalers: [autoscaler] })).findings).toEqual([]);
  });
});

describe("network policies", () => {
  const policies = (ingress: object[]) =>
    [{ metadata: { name: "one" }, spec: { podSelector: {}, policyTypes: ["Ingress"], ingress } }] as NonNullable<
      ReachLook["networkPolicies"]
    >;
  const opened = (ingress: object[], port: number) =>
    isolationOf(policies(ingress), pod("web-1"), "Ingress")?.rules.some((rule) => opens(rule, port, ["http"]));

  it.each([
    ["a rule without ports", [{}], 8080, true],
    ["the port", [{ ports: [{ port: 8080 }] }], 8080, true],
    ["the name of the port", [{ ports: [{ port: "http" }] }], 8080, true],
    ["a range of ports", [{ ports: [{ port: 8000, endPort: 9000 }] }], 8080, true],
    ["another port", [{ ports: [{ port: 9090 }] }], 8080, false],
    ["another protocol", [{ ports: [{ port: 8080, protocol: "UDP" }] }], 8080, false],
    ["no rule", [], 8080, false],
  ])("open a port by %s", (_, ingress, port, open) => expect(opened(ingress, port)).toBe(open));

  it("do not isolate pods in a direction that they do not name", () => {
    expect(isolationOf(policies([]), pod("web-1"), "Egress")).toBeUndefined();
  });
});

it.each([
  ["shop.example.com", "shop.example.com", true],
  ["*.example.com", "shop.example.com", true],
  ["*.example.com", "a.shop.example.com", false],
  ["*.example.com", "example.com", false],
])("a certificate for %s covers %s: %s", (name, host, covered) => expect(covers(name, host)).toBe(covered));

it("a Secret without a certificate exists, and has no dates", () => {
  expect(readCertificate(undefined)).toEqual({ exists: true });
  expect(readCertificate("bm90IGEgY2VydGlmaWNhdGU=")).toEqual({ exists: true });
});
