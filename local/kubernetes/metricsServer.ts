/** metrics-server, which tells autoscalers and `kubectl top` what pods use. It has the same labels as on AKS. */
import { clusterAccount, systemDeployment, systemNamespace, type ProgramSource } from "./systemPodShape.ts";

const name = "metrics-server";
const labels = { "k8s-app": name };
const port = 4443;
const probe = (path: string) => ({ httpGet: { path, port: "https", scheme: "HTTPS" } });
const rbac = "rbac.authorization.k8s.io";

export function metricsServerObjects(source: ProgramSource): object[] {
  const account = { kind: "ServiceAccount", name, namespace: systemNamespace };
  return [
    ...clusterAccount(name, "system:metrics-server", [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    ]),
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "metrics-server:system:auth-delegator" },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "system:auth-delegator" },
      subjects: [account],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "metrics-server-auth-reader", namespace: systemNamespace },
      roleRef: { apiGroup: rbac, kind: "Role", name: "extension-apiserver-authentication-reader" },
      subjects: [account],
    },
    systemDeployment(
      {
        name,
        labels,
        args: [
          `--secure-port=${port}`,
          "--cert-dir=/tmp",
          "--kubelet-preferred-address-types=InternalIP",
          "--kubelet-use-node-status-port",
          // The kubelet's certificate is self-signed.
          "--kubelet-insecure-tls",
          // The shortest value that metrics-server accepts: it must be longer than the timeout of a request to the kubelet.
          "--metric-resolution=10s",
          "--kubelet-request-timeout=5s",
        ],
        ports: [{ name: "https", containerPort: port, protocol: "TCP" }],
        readinessProbe: { ...probe("/readyz"), periodSeconds: 2 },
        livenessProbe: { ...probe("/livez"), initialDelaySeconds: 30 },
        memoryRequest: "64Mi",
        memoryLimit: "256Mi",
        volumes: [{ name: "tmp", emptyDir: { sizeLimit: "1Mi" } }],
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
      source,
    ),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: systemNamespace, labels },
      spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: "https", protocol: "TCP" }] },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io", labels },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name, namespace: systemNamespace, port: 443 },
        // As in metrics-server's own manifest: its certificate is self-signed.
        insecureSkipTLSVerify: true,
      },
    },
  ];
}
