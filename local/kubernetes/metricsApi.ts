/**
 * The metrics API, by which an autoscaler learns what pods use, and `kubectl top`. AKS runs metrics-server for it; here a
 * small program asks the kubelet for the same counters, since building metrics-server takes as long as building Kubernetes.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../host/command.ts";
import type { Daemon } from "../host/processes.ts";
import { answersOk } from "../host/readiness.ts";
import { network, nodeBinary, ports } from "../settings.ts";
import { adminKubeconfig, kubernetesProgram, pki } from "./names.ts";

export const metricsApiName = "metrics-api";

const namespace = "kube-system";

const rbac = "rbac.authorization.k8s.io";

/** Its right to list pods, and how the API server finds it: a Service without pods, whose one endpoint is a port of the node. */
export const metricsApiObjects: readonly object[] = [
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name: "tarmac:metrics-api" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "tarmac:metrics-api" },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "tarmac:metrics-api" },
    // The program has the API server's own certificate for kubelets: what they use is asked in its name as well.
    subjects: [{ apiGroup: rbac, kind: "User", name: "kube-apiserver-kubelet-client" }],
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: metricsApiName, namespace },
    spec: { ports: [{ name: "https", port: 443, targetPort: ports.metricsApi, protocol: "TCP" }] },
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: metricsApiName, namespace, labels: { "kubernetes.io/service-name": metricsApiName } },
    addressType: "IPv4",
    endpoints: [{ addresses: [network.nodeAddress], conditions: { ready: true } }],
    ports: [{ name: "https", port: ports.metricsApi, protocol: "TCP" }],
  },
  {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1beta1.metrics.k8s.io" },
    spec: {
      group: "metrics.k8s.io",
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: metricsApiName, namespace, port: 443 },
      // On the node's own bridge, as metrics-server's own manifest has it.
      insecureSkipTLSVerify: true,
    },
  },
];

/** Tells the API server of it. */
export async function registerMetricsApi(): Promise<void> {
  const objects = { apiVersion: "v1", kind: "List", items: metricsApiObjects };
  const args = ["apply", "--server-side", "--force-conflicts", "--field-manager=tarmac", "--filename=-"];
  await run(kubernetesProgram("kubectl"), [`--kubeconfig=${adminKubeconfig}`, ...args], {
    input: JSON.stringify(objects),
  });
}

export function metricsApiDaemon(): Daemon {
  const folder = dirname(fileURLToPath(import.meta.url));
  const sources = ["metricsApi.ts", "metricsApiMain.ts", "resourceMetrics.ts"].map((file) =>
    readFileSync(join(folder, file), "utf8"),
  );
  return {
    name: metricsApiName,
    title: "metrics API",
    command: nodeBinary,
    args: ["--max-old-space-size=32", join(folder, "metricsApiMain.ts")],
    configuration: [...sources, readFileSync(pki("front-proxy-ca.crt"), "utf8")],
    listens: [{ port: ports.metricsApi, address: network.nodeAddress }],
    // It takes the API server's own connections only; so this asks as the API server.
    ready: () =>
      answersOk(`https://${network.nodeAddress}:${ports.metricsApi}/readyz`, {
        cert: readFileSync(pki("front-proxy-client.crt")),
        key: readFileSync(pki("front-proxy-client.key")),
        ca: readFileSync(pki("ca.crt")),
      }),
  };
}
