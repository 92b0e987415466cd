/** Broken workloads that a command of the doctor fixes. The test runs the command as printed. */
import type { CauseCode } from "../../../ops/doctor/causes/causeCodes.ts";
import { probe } from "./faultCase.ts";

export interface FixCase {
  /** Name of the workload, and part of the name of its namespace. */
  name: string;
  code: CauseCode;
  kind: "Deployment" | "StatefulSet" | "Job" | "Pod";
  labels?: Record<string, string>;
  replicas?: number;
  container?: Record<string, unknown>;
  spec?: Record<string, unknown>;
  also?: object[];
}

const node = (javascript: string) => ["/usr/local/bin/node", "-e", javascript];
const serve = (port: number, handler = 'response.end("ok")') =>
  node(
    `require("node:http").createServer((request, response) => { ${handler} }).listen(${port}, () => console.log("listening on ${port}"))`,
  );
const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

export const fixCases: readonly FixCase[] = [
  { name: "typo", code: "tag-not-found", kind: "StatefulSet", container: { command: serve(8080), imageSuffix: "m" } },
  { name: "load-once", code: "tag-not-found", kind: "Job", container: { command: ["/bin/true"], imageSuffix: "m" } },
  {
    name: "settings-near",
    code: "configmap-missing",
    kind: "StatefulSet",
    container: {
      command: serve(8080),
      env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "shop-setting", key: "a" } } }],
    },
    also: [configMap("shop-settings", { a: "1" })],
  },
  {
    name: "key-near",
    code: "configmap-key-missing",
    kind: "Pod",
    container: {
      command: serve(8080),
      env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "colors", key: "colour" } } }],
    },
    also: [configMap("colors", { color: "red" })],
  },
  {
    name: "projected",
    code: "secret-key-missing",
    kind: "Deployment",
    container: { command: serve(8080), volumeMounts: [{ name: "all", mountPath: "/all" }] },
    spec: {
      volumes: [
        { name: "all", projected: { sources: [{ secret: { name: "pair", items: [{ key: "ca", path: "ca" }] } }] } },
      ],
    },
    also: [{ apiVersion: "v1", kind: "Secret", metadata: { name: "pair" }, stringData: { certificate: "x" } }],
  },
  {
    name: "root",
    code: "runs-as-root",
    kind: "Deployment",
    container: { command: serve(8080), securityContext: { runAsUser: 0 } },
  },
  {
    name: "expression",
    code: "subpath-variable-missing",
    kind: "Deployment",
    container: {
      command: serve(8080),
      volumeMounts: [{ name: "own", mountPath: "/own", subPathExpr: "$(NODE_NAME)" }],
    },
    spec: { volumes: [{ name: "own", emptyDir: {} }] },
  },
  {
    name: "over-file",
    code: "mount-over-file",
    kind: "Deployment",
    container: { command: serve(8080), volumeMounts: [{ name: "c", mountPath: "/etc/group" }] },
    spec: { volumes: [{ name: "c", configMap: { name: "issue" } }] },
    also: [configMap("issue", { group: "app:x:10001:" })],
  },
  { name: "one-string", code: "command-not-split", kind: "Deployment", container: { command: ["sleep 3600"] } },
  {
    name: "hook",
    code: "post-start-hook-failed",
    kind: "Deployment",
    container: { command: serve(8080), lifecycle: { postStart: { exec: { command: ["/bin/sh", "-c", "exit 9"] } } } },
  },
  {
    name: "scheme",
    code: "probe-scheme-mismatch",
    kind: "Deployment",
    container: {
      command: serve(8443),
      readinessProbe: probe("/", 8443, { httpGet: { path: "/", port: 8443, scheme: "HTTPS" } }),
    },
  },
  {
    name: "no-wget",
    code: "probe-tool-missing",
    kind: "StatefulSet",
    container: {
      command: serve(8080),
      readinessProbe: {
        exec: { command: ["http-check", "http://localhost:8080/"] },
        periodSeconds: 2,
        failureThreshold: 2,
      },
    },
  },
  {
    name: "to-https",
    code: "probe-redirected",
    kind: "Deployment",
    container: {
      command: serve(
        8080,
        'response.writeHead(302, { location: "https://" + request.headers.host.split(":")[0] + "/" }); response.end()',
      ),
      readinessProbe: probe("/up", 8080),
    },
  },
  {
    name: "other-port",
    code: "probe-wrong-port",
    kind: "StatefulSet",
    container: { command: serve(3000), readinessProbe: probe("/", 8080) },
  },
  {
    name: "slow",
    code: "liveness-kills-slow-start",
    kind: "Deployment",
    container: {
      command: node('setTimeout(() => require("node:http").createServer((q, r) => r.end("ok")).listen(8080), 15000)'),
      livenessProbe: probe("/", 8080),
    },
  },
  {
    name: "sick",
    code: "liveness-check-fails",
    kind: "Deployment",
    container: { command: serve(8080, "response.statusCode = 500; response.end()"), livenessProbe: probe("/", 8080) },
  },
  {
    name: "host-port",
    code: "host-port-taken",
    kind: "Deployment",
    replicas: 2,
    container: { command: serve(8080), ports: [{ containerPort: 8080, hostPort: 48_777 }] },
  },
  {
    name: "apart",
    code: "pod-anti-affinity",
    kind: "Deployment",
    replicas: 2,
    container: { command: serve(8080) },
    spec: {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: "apart" } }, topologyKey: "kubernetes.io/hostname" },
          ],
        },
      },
    },
  },
  {
    name: "device",
    code: "insufficient-resource",
    kind: "Deployment",
    container: { command: serve(8080), resources: { limits: { "example.com/device": "2" } } },
  },
  {
    name: "spread",
    code: "topology-spread",
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "example.com/rack",
          whenUnsatisfiable: "DoNotSchedule",
          labelSelector: { matchLabels: { app: "spread" } },
        },
      ],
    },
  },
  {
    name: "labels",
    code: "node-selector-mismatch",
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: { nodeSelector: { "kubernetes.io/os": "linus" } },
  },
  {
    name: "other-scheduler",
    code: "scheduler-missing",
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: { schedulerName: "nobody" },
  },
  {
    name: "gate",
    code: "scheduling-gated",
    kind: "Pod",
    container: { command: serve(8080) },
    spec: { schedulingGates: [{ name: "example.com/wait" }] },
  },
  {
    name: "priority",
    code: "priority-class-missing",
    kind: "StatefulSet",
    container: { command: serve(8080) },
    spec: { priorityClassName: "most-urgent" },
  },
  {
    name: "security",
    code: "pod-security-refused",
    kind: "StatefulSet",
    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    container: { command: serve(8080), securityContext: { privileged: true } },
  },
  {
    name: "account",
    code: "service-account-missing",
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: { serviceAccountName: "nobody" },
  },
  {
    name: "no-limits",
    code: "quota-wants-value",
    kind: "Deployment",
    container: { command: serve(8080) },
    also: [
      {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "team" },
        spec: { hard: { "limits.memory": "1Gi" } },
      },
    ],
  },
  {
    name: "too-much",
    code: "limit-range-exceeded",
    kind: "Deployment",
    container: { command: serve(8080), resources: { limits: { memory: "256Mi" } } },
    also: [
      {
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name: "small" },
        spec: { limits: [{ type: "Container", max: { memory: "128Mi" } }] },
      },
    ],
  },
  {
    name: "links",
    code: "service-link-variable",
    kind: "Deployment",
    container: {
      command: node('require("node:http").createServer((q, r) => r.end("ok")).listen(process.env.LINKS_PORT ?? 8080)'),
    },
    also: [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "links" },
        spec: { selector: { app: "links" }, ports: [{ port: 80, targetPort: 8080 }] },
      },
    ],
  },
  {
    name: "sysctl",
    code: "sysctl-forbidden",
    kind: "Pod",
    container: { command: serve(8080) },
    spec: { securityContext: { runAsUser: 10001, sysctls: [{ name: "net.core.somaxconn", value: "1024" }] } },
  },
  {
    name: "heap",
    code: "heap-exhausted",
    kind: "Deployment",
    container: {
      command: node(
        "const kept = []; for (let i = 0; i < 4e5; i++) kept.push({ text: String(i) }); setInterval(() => kept.length, 1000)",
      ),
      env: [{ name: "NODE_OPTIONS", value: "--max-old-space-size=24" }],
      resources: { limits: { memory: "512Mi" } },
    },
  },
];
