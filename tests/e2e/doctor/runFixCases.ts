/** Processes that exit or are killed, and the commands that fix them. */
import { probe } from "./faultCase.ts";
import { configMap, type FixCase, node, otherPod, serve, service, stay } from "./brokenWorkload.ts";

const policy = (spec: object) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "closed" },
  spec: { podSelector: {}, policyTypes: ["Egress"], egress: [], ...spec },
});

/** Asks the API server with the pod's own token, and ends with its refusal as clients of Kubernetes print it. */
const asksApi = (path: string): Pick<FixCase, "container" | "spec"> => ({
  container: {
    command: node(`
      const fs = require("node:fs"), folder = "/var/run/secrets/kubernetes.io/serviceaccount/";
      require("node:https").get({
        host: process.env.KUBERNETES_SERVICE_HOST, port: process.env.KUBERNETES_SERVICE_PORT, path: ${JSON.stringify(path)}.replace("OWN", fs.readFileSync(folder + "namespace")),
        ca: fs.readFileSync(folder + "ca.crt"), headers: { authorization: "Bearer " + fs.readFileSync(folder + "token") },
      }, (answer) => {
        let text = "";
        answer.on("data", (part) => (text += part)).on("end", () => {
          if (answer.statusCode === 200) return setInterval(() => {}, 1000);
          console.error("Error: " + JSON.parse(text).message);
          process.exit(1);
        });
      });`),
  },
  spec: { automountServiceAccountToken: true },
});

const writes = (path: string) =>
  node(
    `const fs = require("node:fs"); fs.mkdirSync(${JSON.stringify(path)}, { recursive: true }); setInterval(() => {}, 1000)`,
  );

export const runFixCases: readonly FixCase[] = [
  {
    // Controllers may take two minutes for their work.
    name: "service-held",
    code: "finalizer-holds-object",
    forms: ["release object"],
    kind: "Deployment",
    container: { command: stay },
    also: [service("service-held", "service-held")],
    breaks: [
      `kubectl patch service service-held --namespace NAMESPACE --type merge --patch '{"metadata":{"finalizers":["example.com/cleanup"]}}'`,
      "kubectl delete service service-held --namespace NAMESPACE --wait=false",
    ],
    vanishes: true,
  },
  {
    name: "heap",
    code: "heap-exhausted",
    forms: ["change pod: containers.env"],
    kind: "Deployment",
    container: {
      command: node(
        "const kept = []; for (let i = 0; i < 4e5; i++) kept.push({ text: String(i) }); setInterval(() => kept.length, 1000)",
      ),
      env: [{ name: "NODE_OPTIONS", value: "--max-old-space-size=24" }],
      resources: { limits: { memory: "512Mi" } },
    },
  },
  {
    name: "heap-flag",
    code: "heap-exhausted",
    forms: ["change pod: containers.command"],
    kind: "Deployment",
    container: {
      command: [
        "/usr/local/bin/node",
        "--max-old-space-size=24",
        "-e",
        "const kept = []; for (let i = 0; i < 4e5; i++) kept.push({ text: String(i) }); setInterval(() => kept.length, 1000)",
      ],
      resources: { limits: { memory: "512Mi" } },
    },
  },
  {
    name: "memory",
    onRequest: true,
    code: "oom-killed",
    forms: ["change pod: containers.resources.limits", "kubectl delete"],
    kind: "StatefulSet",
    container: {
      command: node("const kept = Buffer.alloc(60 << 20, 1); setInterval(() => kept.length, 1000)"),
      resources: { limits: { memory: "64Mi" } },
    },
  },
  {
    name: "disk",
    code: "storage-limit-exceeded",
    forms: ["change pod: volumes.emptyDir"],
    kind: "Pod",
    container: {
      command: node('require("node:fs").writeFileSync("/tmp/big", Buffer.alloc(8 << 20)); setInterval(() => {}, 1000)'),
      volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    },
    spec: { volumes: [{ name: "tmp", emptyDir: { sizeLimit: "1Mi" } }] },
  },
  {
    name: "read-only",
    onRequest: true,
    code: "read-only-filesystem",
    forms: ["change pod: containers.volumeMounts, volumes.emptyDir"],
    kind: "Deployment",
    container: {
      command: node('require("node:fs").writeFileSync("/tmp/data.json", "{}"); setInterval(() => {}, 1000)'),
      securityContext: { readOnlyRootFilesystem: true },
    },
  },
  {
    name: "folder",
    code: "path-not-writable",
    forms: ["change pod: containers.volumeMounts, securityContext.fsGroup, volumes.emptyDir"],
    kind: "Deployment",
    container: { command: writes("/srv/uploads/new") },
  },
  {
    name: "volume-of-root",
    code: "path-not-writable",
    forms: [
      "change pod: containers.command, containers.image, containers.securityContext.runAsNonRoot, containers.securityContext.runAsUser, containers.volumeMounts",
    ],
    kind: "Deployment",
    container: { command: writes("/data/new"), volumeMounts: [{ name: "data", mountPath: "/data" }] },
    spec: { volumes: [{ name: "data", hostPath: { path: "/run/NAMESPACE", type: "DirectoryOrCreate" } }] },
  },
  {
    name: "no-role",
    code: "service-account-forbidden",
    forms: ["kubectl create role, kubectl create rolebinding"],
    kind: "Deployment",
    ...asksApi("/api/v1/namespaces/OWN/configmaps"),
  },
  {
    name: "no-cluster-role",
    code: "service-account-forbidden",
    forms: ["kubectl create clusterrole, kubectl create clusterrolebinding"],
    kind: "Deployment",
    ...asksApi("/api/v1/nodes"),
  },
  {
    name: "no-variable",
    code: "environment-variable-missing",
    forms: ["change pod: containers.env"],
    kind: "Deployment",
    container: {
      command: node(
        'if (!process.env.DATABASE_URL) { console.error("Error: environment variable DATABASE_URL is not set"); process.exit(1); } setInterval(() => {}, 1000)',
      ),
    },
    fill: () => ({ VALUE: "postgres://db" }),
  },
  {
    name: "bad-variable",
    code: "environment-variable-invalid",
    forms: ["change pod: containers.env"],
    kind: "Deployment",
    image: ({ app }) => app,
    container: { env: [{ name: "PORT", value: "http" }] },
    fill: () => ({ VALUE: "8080" }),
  },
  {
    name: "low-port",
    code: "privileged-port",
    forms: ["change pod: securityContext.sysctls"],
    kind: "Deployment",
    container: { command: serve(80) },
  },
  {
    name: "no-dns",
    code: "network-policy-blocks-connection",
    forms: ["create NetworkPolicy", "kubectl delete"],
    kind: "Deployment",
    container: {
      command: node(
        // Again and again: on a busy machine the pod can be quicker than the policy.
        'const look = () => require("node:dns").promises.lookup("kubernetes.default.svc.cluster.local").then(() => setTimeout(look, 1000)); look()',
      ),
    },
    also: [policy({})],
  },
  {
    name: "waits",
    onRequest: true,
    code: "init-container-waits",
    forms: ["change pod: containers.command"],
    kind: "Deployment",
    container: { command: stay },
    spec: {
      initContainers: [
        {
          name: "wait",
          image: "BASE",
          imagePullPolicy: "IfNotPresent",
          command: ["/bin/sh", "-c", "until nc -w 1 backend 80 </dev/null; do sleep 1; done"],
        },
      ],
    },
    also: [service("backends", "backend"), otherPod("backend", { command: serve(8080) })],
  },
  {
    name: "throttled",
    onRequest: true,
    code: "cpu-throttled",
    forms: ["change pod: containers.resources.limits"],
    kind: "Deployment",
    container: {
      command: node(
        `const burn = () => { const start = process.cpuUsage(), used = () => process.cpuUsage(start); while (used().user + used().system < 1e5); };
         require("node:http").createServer((q, r) => { burn(); r.end("ok"); }).listen(8080); setInterval(burn, 500)`,
      ),
      resources: { requests: { cpu: "1m" }, limits: { cpu: "20m" } },
      readinessProbe: probe("/", 8080),
    },
  },
  {
    name: "kept",
    onRequest: true,
    code: "job-kept-by-container",
    forms: ["change pod: sidecar"],
    kind: "Job",
    container: { command: ["/bin/true"] },
    beside: [{ name: "proxy", image: "BASE", imagePullPolicy: "IfNotPresent", command: stay }],
  },
  {
    name: "once",
    onRequest: true,
    code: "job-failed",
    forms: ["create again"],
    kind: "Job",
    owner: { activeDeadlineSeconds: 20 },
    container: {
      command: node("if (process.env.GO) process.exit(0); setInterval(() => {}, 1000)"),
      env: [{ name: "GO", valueFrom: { configMapKeyRef: { name: "go", key: "go", optional: true } } }],
    },
    meanwhile: ["kubectl create configmap go --namespace NAMESPACE --from-literal=go=1"],
  },
  {
    name: "held",
    onRequest: true,
    code: "finalizer-holds-pod",
    forms: ["release object"],
    kind: "Pod",
    container: { command: node("process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)") },
    also: [configMap("other", {})],
    breaks: [
      `kubectl patch pod held --namespace NAMESPACE --type merge --patch '{"metadata":{"finalizers":["example.com/cleanup"]}}'`,
      "kubectl delete pod held --namespace NAMESPACE --wait=false",
    ],
    vanishes: true,
  },
];
