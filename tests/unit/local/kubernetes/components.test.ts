import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Daemon } from "../../../../local/host/daemons.ts";

const state = mkdtempSync(join(tmpdir(), "tarmac-components-"));
let daemons: Record<string, Daemon>;

beforeAll(async () => {
  process.env.TARMAC_STATE = state;
  process.env.TARMAC_TOOLS = "/tools";
  const folder = join(state, "kubernetes");
  mkdirSync(join(folder, "pki", "etcd"), { recursive: true });
  for (const file of [
    "pki/ca.crt",
    "pki/apiserver.crt",
    "controller-manager.conf",
    "scheduler.conf",
    "kubelet.conf",
    "kube-proxy.conf",
  ]) {
    writeFileSync(join(folder, file), file);
  }
  const { apiServerDaemon } = await import("../../../../local/kubernetes/kubeApiserver.ts");
  const { controllerManagerDaemon, schedulerDaemon } = await import("../../../../local/kubernetes/controllers.ts");
  const { kubeletDaemon } = await import("../../../../local/kubernetes/kubelet.ts");
  const { kubeProxyDaemon } = await import("../../../../local/kubernetes/proxy.ts");
  const all = [apiServerDaemon(), controllerManagerDaemon(), schedulerDaemon(), kubeletDaemon(), kubeProxyDaemon()];
  daemons = Object.fromEntries(all.map((daemon) => [daemon.name, daemon]));
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

const args = (name: string) => daemons[name]?.args ?? [];
const configuration = (name: string) => (daemons[name]?.configuration ?? []).join("\n");

it("lets every part listen on loopback or on the bridge", () => {
  const addresses = Object.values(daemons).flatMap(({ listens = [] }) => listens.map(({ address }) => address));
  expect(new Set(addresses)).toEqual(new Set(["127.0.0.1", "10.244.0.1"]));
  const bound = Object.values(daemons)
    .flatMap((daemon) => [...daemon.args, ...(daemon.configuration ?? [])])
    .join("\n");
  expect(bound).not.toMatch(/0\.0\.0\.0|\[::\]/);
  for (const name of ["kube-controller-manager", "kube-scheduler"])
    expect(args(name)).toContain("--bind-address=127.0.0.1");
  expect(args("kube-apiserver")).toContain("--bind-address=10.244.0.1");
});

it("runs the programs of the tools folder", () => {
  for (const daemon of Object.values(daemons)) expect(daemon.command).toBe(join("/tools", daemon.name));
});

describe("the API server", () => {
  it("authorizes by node and role, as AKS does, and denies a kubelet what is not its own", () => {
    expect(args("kube-apiserver")).toContain("--authorization-mode=Node,RBAC");
    expect(args("kube-apiserver")).toContain("--enable-admission-plugins=NodeRestriction");
    expect(args("kube-apiserver").join(" ")).not.toContain("disable-admission-plugins");
  });

  it("allows only its health check without credentials", async () => {
    const { authenticationConfig } = await import("../../../../local/kubernetes/kubeApiserver.ts");
    const paths = [...authenticationConfig.matchAll(/path: (\S+)/g)].map(([, path]) => path);
    expect(paths).toEqual(["/livez", "/readyz", "/healthz"]);
  });
});

describe("the kubelet", () => {
  it("authenticates its callers, and uses no credentials from a home folder", () => {
    expect(configuration("kubelet")).toMatch(/anonymous:\n {4}enabled: false\n {2}webhook:\n {4}enabled: true/);
    expect(configuration("kubelet")).toContain("authorization:\n  mode: Webhook");
    expect(daemons.kubelet?.env).toEqual({ HOME: "/nonexistent" });
  });

  it("signs in to the registries through the credential provider, without caching the credentials", () => {
    const folder = join(state, "kubernetes");
    expect(args("kubelet")).toContain(`--image-credential-provider-config=${folder}/credential-provider.yaml`);
    expect(args("kubelet")).toContain(`--image-credential-provider-bin-dir=${folder}/credential-provider-bin`);
    expect(configuration("kubelet")).toContain("defaultCacheDuration: 0s");
    expect(configuration("kubelet")).toContain("      - localhost:47500\n");
    expect(configuration("kubelet")).toContain("      - localhost:47509\n");
    expect(configuration("kubelet")).not.toContain("localhost:47600");
  });

  it("labels the node as AKS does", () => {
    const labels = args("kubelet").find((arg) => arg.startsWith("--node-labels="));
    expect(labels).toContain("agentpool=system");
    expect(labels).toContain("topology.kubernetes.io/zone=local-1");
  });

  it("is restarted when its certificate was renewed", () => {
    expect(daemons.kubelet?.configuration).toContain("kubelet.conf");
  });
});

it("opens node ports on the bridge only, and keeps the machine's kernel settings", () => {
  expect(configuration("kube-proxy")).toContain("nodePortAddresses: [10.244.0.0/24]");
  expect(configuration("kube-proxy")).toContain("localhostNodePorts: false");
  expect(configuration("kube-proxy")).toMatch(/conntrack:\n {2}maxPerCore: 0\n {2}min: 0\n/);
});
