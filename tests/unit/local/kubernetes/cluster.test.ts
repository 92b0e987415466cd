import { cniConfig, namespacesOf, resultsOfCluster } from "../../../../local/kubernetes/cni.ts";
import { isDamage } from "../../../../local/kubernetes/etcd.ts";
import { clusterChains } from "../../../../local/kubernetes/firewall.ts";
import { isReady } from "../../../../local/kubernetes/node.ts";
import { roles } from "../../../../local/kubernetes/rbac.ts";

describe("isReady", () => {
  const since = Date.parse("2026-11-22T21:00:10.700Z");
  const ready = (status: string, lastHeartbeatTime: string) => [{ type: "Ready", status, lastHeartbeatTime }];

  it("believes what the kubelet has said since it started, in whole seconds", () => {
    expect(isReady(ready("True", "2026-11-22T21:00:10Z"), since)).toBe(true);
    expect(isReady(ready("True", "2026-11-22T21:00:11Z"), since)).toBe(true);
    expect(isReady(ready("False", "2026-11-22T21:00:11Z"), since)).toBe(false);
  });

  it("does not believe what it said before", () => {
    expect(isReady(ready("True", "2026-11-22T21:00:09Z"), since)).toBe(false);
    expect(isReady(ready("True", "2026-11-22T21:00:09Z"), 0)).toBe(true);
    expect(isReady([{ type: "Ready", status: "True" }], since)).toBe(false);
    expect(isReady([], 0)).toBe(false);
  });
});

describe("isDamage", () => {
  it.each([
    ["a torn log", '"msg":"bootstrap failed","error":"walpb: crc mismatch: expected: 3f0fa909 computed: 73a1d536"'],
    ["a crash", "panic: freepages: failed to get all reachable pages"],
    ["the end of a crash", "created by go.etcd.io/etcd/server/v3/storage.OpenBackend in goroutine 1"],
    ["a truncated database", '"error":"file size too small"'],
  ])("sees %s", (_, message) => expect(isDamage(message)).toBe(true));

  it.each([
    ["a taken port", '"msg":"discovery failed","error":"listen tcp 127.0.0.1:47380: bind: address already in use"'],
    ["a missing certificate", '"error":"open /x/pki/etcd/server.crt: no such file or directory"'],
    ["a slow start", "etcd was not ready within 30 s. The end of /x/etcd.log:"],
  ])("does not take %s for damage", (_, message) => expect(isDamage(message)).toBe(false));
});

describe("pod network", () => {
  it("gives pods a way to the bridge and leaves the machine's own forwarding alone", () => {
    const [plugin] = (JSON.parse(cniConfig()) as { plugins: Record<string, unknown>[] }).plugins;
    expect(plugin).toMatchObject({
      type: "bridge",
      bridge: "tarmac0",
      isGateway: false,
      ipMasq: false,
      hairpinMode: true,
    });
    expect(plugin?.ipam).toMatchObject({
      ranges: [[{ subnet: "10.244.0.0/24", gateway: "10.244.0.1" }]],
      routes: [{ dst: "0.0.0.0/0" }],
    });
  });

  it("finds the network namespaces of a kept outcome, each once", () => {
    const interfaces = [
      { name: "tarmac0" },
      { name: "veth1", sandbox: "" },
      { name: "eth0", sandbox: "/var/run/netns/cni-1" },
    ];
    expect(namespacesOf(JSON.stringify({ kind: "cniCacheV1", result: { interfaces } }))).toEqual([
      "/var/run/netns/cni-1",
    ]);
    expect(namespacesOf('{"kind":')).toEqual([]);
    expect(namespacesOf("{}")).toEqual([]);
  });

  it("tells this cluster's kept outcomes from those of another one", () => {
    const names = ["tarmac-abc-eth0", "cni-loopback-abc-lo", "cni-loopback-def-lo", "podman-def-eth0"];
    expect(resultsOfCluster(names)).toEqual(["tarmac-abc-eth0", "cni-loopback-abc-lo"]);
  });
});

describe("firewall", () => {
  const rulesOf = (from: string) => clusterChains.find((chain) => chain.from === from)?.rules ?? [];

  it("drops what comes from other machines before any address is translated", () => {
    expect(clusterChains[0]).toMatchObject({ table: "raw", from: "PREROUTING" });
    const rules = rulesOf("PREROUTING");
    expect(rules.slice(0, 2)).toEqual(["-i lo -j RETURN", "-i tarmac0 -j RETURN"]);
    for (const network of ["10.244.0.0/24", "10.96.0.0/16"]) {
      expect(rules.some((rule) => rule.startsWith(`-d ${network} `) && rule.endsWith("-j DROP"))).toBe(true);
    }
  });

  it("keeps pods from this machine's loopback and from going out", () => {
    expect(rulesOf("INPUT")[0]).toMatch(
      /^-i tarmac0 -d 127\.0\.0\.0\/8 .* ! --ctstate RELATED,ESTABLISHED,DNAT .*-j DROP$/,
    );
    expect(rulesOf("FORWARD").map((rule) => /-j (\w+)/.exec(rule)?.[1])).toEqual(["ACCEPT", "REJECT", "DROP"]);
  });
});

it("gives the load balancer controller no more than it needs", () => {
  const role = roles.find((item) => (item as { kind: string }).kind === "ClusterRole") as { rules: object[] };
  expect(role.rules).toEqual([
    { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["services/status"], verbs: ["patch"] },
  ]);
});
