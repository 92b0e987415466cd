/** Connections that a process could not make, beside NetworkPolicies that allow them, forbid them, or concern others. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import type { Finding } from "../../../../ops/doctor/finding.ts";
import type { Observation, ReachLook } from "../../../../ops/doctor/observation.ts";
import { before, observation, pod } from "./exampleObservations.ts";

type Policy = NonNullable<ReachLook["networkPolicies"]>[number];
type Service = NonNullable<Observation["services"]>[number];

const dns = { ports: [{ port: 53, protocol: "UDP" }] };
const policy = (spec: object, name = "lock"): Policy => ({
  metadata: { name },
  spec: { podSelector: {}, ...spec },
});
const egress = (...rules: object[]): Policy => policy({ policyTypes: ["Egress"], egress: [dns, ...rules] });
const service = (spec: object = {}): Service => ({
  metadata: { name: "db" },
  spec: { clusterIP: "10.0.0.9", selector: { app: "db" }, ports: [{ port: 5432, targetPort: "sql" }], ...spec },
});
const database = (name = "db-1", labels: Record<string, string> = { app: "db", tier: "data" }, ip = "10.244.0.7") =>
  pod(name, {
    metadata: { labels },
    spec: { containers: [{ name: "main", image: "a/db:1", ports: [{ name: "sql", containerPort: 6000 }] }] },
    podStatus: { podIP: ip, conditions: [{ type: "Ready", status: "True" }] },
    status: { ready: true },
  });
const client = (labels: Record<string, string> = { app: "web" }, spec: object = {}) =>
  pod("web-1", {
    status: {
      restartCount: 3,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: before(40), finishedAt: before(38) } },
    },
    metadata: {
      labels,
      ownerReferences: [{ kind: "StatefulSet", name: "web", apiVersion: "", uid: "", controller: true }],
    },
    spec: { containers: [{ name: "main", image: "a/web:1" }], ...spec },
  });

const refused = "Error: connect ECONNREFUSED 10.0.0.9:5432";

function find(log: string, policies: Policy[], parts: Partial<Observation> = {}): Finding | undefined {
  return diagnose(
    observation({
      pods: [client(), database()],
      services: [service()],
      logs: [{ pod: "web-1", container: "main", previous: log }],
      reach: { networkPolicies: policies },
      ...parts,
    }),
  ).findings.find(({ affected }) => affected.includes("pod/web-1"));
}

const applied = (finding: Finding | undefined) =>
  (finding?.mend ?? []).flatMap(({ command = "" }) => {
    const [, text] = /^echo '(.*)' \| kubectl apply --filename -$/.exec(command) ?? [];
    return text === undefined ? [] : [JSON.parse(text) as { metadata: { name: string }; spec: unknown }];
  });

describe("is not the cause, because it allows the connection", () => {
  it.each<[string, Policy]>([
    [
      "by a label of the target's pods that is not in the Service's selector",
      egress({ to: [{ podSelector: { matchLabels: { tier: "data" } } }] }),
    ],
    [
      "by the name of its own namespace",
      egress({ to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } }] }),
    ],
    [
      "by a label of its own namespace, which was not read",
      egress({ to: [{ namespaceSelector: { matchLabels: { team: "a" } } }] }),
    ],
    ["by the name of the port", egress({ ports: [{ port: "sql" }] })],
    ["by the number of the pods' port", egress({ ports: [{ port: 6000 }] })],
    ["by a range with the pod's address", egress({ to: [{ ipBlock: { cidr: "10.244.0.0/16" } }] })],
    ["by a range with the Service's address", egress({ to: [{ ipBlock: { cidr: "10.0.0.0/16" } }] })],
  ])("%s", (_, allowing) => {
    expect(find(refused, [allowing])?.code).toBe("dependency-unreachable");
  });

  it("by the name of a port, which is unknown without a pod", () => {
    expect(find(refused, [egress({ ports: [{ port: "sql" }] })], { pods: [client()] })?.code).toBe(
      "dependency-unreachable",
    );
  });

  it("by a rule for pods, if none is known", () => {
    const allowing = egress({ to: [{ podSelector: { matchLabels: { tier: "data" } } }] });
    expect(find(refused, [allowing], { pods: [client()] })?.code).toBe("dependency-unreachable");
  });

  it("by rules for one of the target's pods", () => {
    const lock = policy({ podSelector: { matchLabels: { role: "primary" } }, policyTypes: ["Ingress"] });
    const pods = [client(), database("db-1", { app: "db", role: "primary" }), database("db-2", { app: "db" })];
    expect(find(refused, [lock], { pods })?.code).toBe("dependency-unreachable");
  });

  it("by DNS under the name of its port", () => {
    const named = policy({ policyTypes: ["Egress"], egress: [{ ports: [{ port: "dns", protocol: "UDP" }] }] });
    expect(find("Error: getaddrinfo ENOTFOUND dbb", [named])?.code).toBe("host-not-found");
  });

  it("by labels of the DNS namespace, which were not read", () => {
    const infra = { to: [{ namespaceSelector: { matchLabels: { team: "infra" } } }] };
    const labeled = policy({ policyTypes: ["Egress"], egress: [infra] });
    expect(find("Error: getaddrinfo ENOTFOUND dbb", [labeled])?.code).toBe("host-not-found");
  });

  it("by another namespace's label, which was not read", () => {
    const other = egress({ to: [{ namespaceSelector: { matchLabels: { team: "data" } } }] });
    expect(find("dial tcp db.data.svc:5432: i/o timeout", [other])?.code).toBe("dependency-unreachable");
  });

  it("to a pod with the node's own network, to which no policy applies", () => {
    const pods = [client({ app: "web" }, { hostNetwork: true }), database()];
    expect(find(refused, [egress()], { pods })?.code).toBe("dependency-unreachable");
  });
});

it("is not blamed for a program's log line about a timeout of its own work", () => {
  expect(find("worker.py:88 job 17 timed out", [egress()])?.code).toBe("application-error");
});

describe("a refused connection without policies", () => {
  it.each<[string, string, Partial<Observation>, RegExp]>([
    [
      "to a Service of another namespace",
      "dial tcp db.data:5432: i/o timeout",
      {},
      /because db\.data:5432 does not accept/,
    ],
    ["to another port", "dial tcp db:5433: i/o timeout", {}, /port 5433 of the Service "db", which has only 5432$/],
    [
      "to another port of a headless Service, which has the pods' ports",
      "dial tcp db:6000: i/o timeout",
      { services: [service({ clusterIP: "None" })] },
      /because the Service "db" \(db:6000\) does not accept/,
    ],
    [
      "to an external name",
      "dial tcp db:6000: i/o timeout",
      { services: [service({ type: "ExternalName", ports: [] })] },
      /because the Service "db"/,
    ],
  ])("%s", (_, log, parts, title) => {
    const found = find(log, [], parts);
    expect(found?.code).toBe("dependency-unreachable");
    expect(found?.title).toMatch(title);
  });
});

describe("is the cause", () => {
  it.each<[string, string, Policy]>([
    [
      "of labels that the target's pods do not have",
      refused,
      egress({ to: [{ podSelector: { matchLabels: { app: "cache" } } }] }),
    ],
    [
      "of another namespace's name",
      refused,
      egress({ to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tools" } } }] }),
    ],
    ["of the Service's port instead of the pods' port", refused, egress({ ports: [{ port: 5432 }] })],
    ["of the port of a headless Service", "dial tcp db:6000: i/o timeout", egress({ ports: [{ port: 5432 }] })],
    ["of a range without the pods", refused, egress({ to: [{ ipBlock: { cidr: "20.0.0.0/8" } }] })],
    [
      "of a rule for its own namespace alone",
      "dial tcp db.data.svc:5432: i/o timeout",
      egress({ to: [{ podSelector: {} }] }),
    ],
    [
      "of a range without the address",
      "dial tcp 20.1.1.1:443: i/o timeout",
      egress({ to: [{ ipBlock: { cidr: "30.0.0.0/8" } }] }),
    ],
    ["of a rule for pods alone", "dial tcp api.example.com:443: i/o timeout", egress({ to: [{ podSelector: {} }] })],
    [
      "of DNS, which a rule for another namespace does not include",
      "Error: getaddrinfo EAI_AGAIN db",
      policy({
        policyTypes: ["Egress"],
        egress: [{ to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tools" } } }] }],
      }),
    ],
  ])("%s", (_, log, forbidding) => {
    const parts = log.includes("db:6000") ? { services: [service({ clusterIP: "None" })] } : {};
    expect(find(log, [forbidding], parts)?.code).toBe("network-policy-blocks-connection");
  });
});

describe("the printed policy", () => {
  it("selects only pods that are isolated already", () => {
    const lock = policy({ podSelector: { matchLabels: { role: "primary" } }, policyTypes: ["Ingress"] });
    const pods = [client(), database("db-1", { app: "db", role: "primary" })];
    expect(applied(find(refused, [lock], { pods }))[0]?.spec).toMatchObject({
      podSelector: { matchLabels: { app: "db", role: "primary" } },
      policyTypes: ["Ingress"],
    });
    const some = policy({
      podSelector: { matchExpressions: [{ key: "app", operator: "Exists" }] },
      policyTypes: ["Egress"],
    });
    expect(applied(find(refused, [some]))[0]?.spec).toMatchObject({
      podSelector: { matchLabels: { app: "web" }, matchExpressions: [{ key: "app", operator: "Exists" }] },
    });
  });

  it("is one for each policy that isolates some of the target's pods", () => {
    const locks = ["primary", "replica"].map((role) =>
      policy({ podSelector: { matchLabels: { role } }, policyTypes: ["Ingress"] }, role),
    );
    const pods = [
      client(),
      database("db-1", { app: "db", role: "primary" }),
      database("db-2", { app: "db", role: "replica" }),
      database("db-3", { app: "db", role: "replica" }),
    ];
    expect(applied(find(refused, locks, { pods })).map(({ metadata }) => metadata.name)).toEqual([
      "db-from-web",
      "db-from-web-2",
    ]);
  });

  it("does not overwrite another policy of its name", () => {
    expect(
      applied(find(refused, [egress(), policy({ podSelector: { matchLabels: { app: "x" } } }, "web-to-db")]))[0]
        ?.metadata.name,
    ).toBe("web-to-db-2");
  });

  it("names a namespace and no port for a Service of another namespace, whose pods may listen elsewhere", () => {
    expect(applied(find("dial tcp db.data.svc:5432: i/o timeout", [egress()]))[0]?.spec).toEqual({
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "data" } } }] }],
    });
  });

  it("names the address of a host outside the cluster", () => {
    expect(applied(find("dial tcp 20.1.1.1:443: i/o timeout", [egress()]))[0]?.spec).toMatchObject({
      egress: [{ to: [{ ipBlock: { cidr: "20.1.1.1/32" } }], ports: [{ protocol: "TCP", port: 443 }] }],
    });
    expect(applied(find("dial tcp api.example.com:443: i/o timeout", [egress()]))[0]?.spec).toMatchObject({
      egress: [{ ports: [{ protocol: "TCP", port: 443 }] }],
    });
  });

  it.each<[string, string, Partial<Observation>, RegExp]>([
    [
      "the process logs no address",
      "TimeoutError: The operation was aborted due to timeout",
      {},
      /which its log does not say/,
    ],
    [
      "the Service has no selector",
      refused,
      { services: [service({ selector: {} })] },
      /^Find out what the process connects to\./,
    ],
    [
      "the pod has no labels to select it by",
      refused,
      { pods: [client({}), database()] },
      /have no labels of their own/,
    ],
  ])("is missing if %s", (_, log, parts, words) => {
    const finding = find(log, [egress()], parts);
    expect(finding?.code).toBe("network-policy-blocks-connection");
    expect(applied(finding)).toEqual([]);
    expect(finding?.mend[0]?.say).toMatch(words);
  });

  it("is missing if the pod that is not admitted has no labels", () => {
    const finding = find(refused, [policy({ podSelector: { matchLabels: { app: "db" } } })], {
      pods: [client({}), database()],
    });
    expect(finding?.code).toBe("network-policy-blocks-connection");
    expect(applied(finding)).toEqual([]);
    expect(finding?.mend[0]?.say).toMatch(/^Give the pod a label/);
  });
});
