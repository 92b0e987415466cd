import { coreDnsObjects, corefile } from "../../../../local/kubernetes/coreDns.ts";
import { metricsServerObjects } from "../../../../local/kubernetes/metricsServer.ts";

interface Item {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec: Record<string, unknown>;
  rules?: { verbs: string[] }[];
}

const source = { image: "localhost:1/pause:1", toolsFolder: "/cache/tools" };
const all = [...coreDnsObjects(source), ...metricsServerObjects(source)] as Item[];
const find = (kind: string, name: string) => all.find((item) => item.kind === kind && item.metadata.name === name);

it("has cluster DNS at the address and under the labels that AKS gives it", () => {
  const service = find("Service", "kube-dns");
  expect(service?.metadata).toMatchObject({ namespace: "kube-system", labels: { "k8s-app": "kube-dns" } });
  expect(service?.spec).toMatchObject({
    clusterIP: "10.96.0.10",
    selector: { "k8s-app": "kube-dns" },
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  });
});

it("answers for the cluster's names, and says that all others do not exist", () => {
  expect(corefile).toContain("kubernetes cluster.local in-addr.arpa ip6.arpa");
  expect(corefile).toMatch(/template ANY ANY \{\n\s+rcode NXDOMAIN/);
  expect(corefile).not.toContain("forward");
});

it("serves the metrics API from metrics-server", () => {
  expect(find("APIService", "v1beta1.metrics.k8s.io")?.spec).toMatchObject({
    group: "metrics.k8s.io",
    service: { name: "metrics-server", namespace: "kube-system" },
  });
});

it.each(["coredns", "metrics-server"])("runs %s as nobody, with nothing writable and no capability", (name) => {
  const { template } = find("Deployment", name)?.spec as { template: { spec: Record<string, unknown> } };
  expect(template.spec).toMatchObject({
    serviceAccountName: name,
    securityContext: { runAsNonRoot: true, runAsUser: 65532 },
    containers: [
      {
        image: "localhost:1/pause:1",
        command: [`/opt/tarmac/${name}`],
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "tools", mountPath: "/opt/tarmac", readOnly: true }, expect.anything()],
      },
    ],
    volumes: [{ name: "tools", hostPath: { path: "/cache/tools", type: "Directory" } }, expect.anything()],
  });
});

it("gives both of them read access only", () => {
  const roles = all.filter(({ kind }) => kind === "ClusterRole");
  expect(roles).toHaveLength(2);
  for (const { rules = [] } of roles) {
    for (const { verbs } of rules) expect(["get", "list", "watch"]).toEqual(expect.arrayContaining(verbs));
  }
});
