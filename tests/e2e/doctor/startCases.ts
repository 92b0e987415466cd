/** Containers with a wrong configuration or that do not start, and pods that cannot be scheduled. */
import { type Case, script } from "./faultCase.ts";

const stay = "setInterval(() => {}, 1000)";
const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});
const variable = (kind: "configMapKeyRef" | "secretKeyRef", name: string, key: string) => ({
  env: [{ name: "SETTING", valueFrom: { [kind]: { name, key } } }],
});

/** Tolerates the taints of a node without a kubelet, so that only the fault of the case prevents scheduling. */
const onFakeNode = (name: string) => ({
  nodeSelector: { "doctor-case": name },
  tolerations: [
    { key: "node.kubernetes.io/not-ready", operator: "Exists" },
    { key: "node.kubernetes.io/unreachable", operator: "Exists" },
  ],
});

export const startCases: readonly Case[] = [
  {
    name: "insufficient-cpu",
    code: "insufficient-cpu",
    made: "request of 1000 cores",
    parts: () => script(stay, { resources: { requests: { cpu: "1000" } } }),
  },
  {
    name: "insufficient-memory",
    code: "insufficient-memory",
    made: "request of 10 TiB",
    parts: () => script(stay, { resources: { requests: { memory: "10Ti" } } }),
  },
  {
    name: "node-selector-mismatch",
    code: "node-selector-mismatch",
    made: "nodeSelector that no node has",
    parts: () => ({ ...script(stay), spec: { nodeSelector: { disk: "golden" } } }),
  },
  {
    name: "taint-not-tolerated",
    code: "taint-not-tolerated",
    made: "tainted node",
    parts: () => ({ ...script(stay), spec: onFakeNode("tainted") }),
  },
  {
    name: "nodes-cordoned",
    code: "nodes-cordoned",
    made: "cordoned node, the only one with the required labels",
    parts: () => ({ ...script(stay), spec: onFakeNode("cordoned") }),
  },
  {
    name: "nodes-not-ready",
    code: "nodes-not-ready",
    made: "node whose kubelet never reported, the only one with the required labels",
    parts: () => ({ ...script(stay), spec: { nodeSelector: { "doctor-case": "silent" } } }),
  },
  {
    name: "volume-not-bound",
    code: "claim-missing",
    made: "volume of a claim that does not exist",
    parts: () => ({
      ...script(stay, { volumeMounts: [{ name: "data", mountPath: "/data" }] }),
      spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "nowhere" } }] },
    }),
  },
  {
    name: "configmap-missing",
    code: "configmap-missing",
    made: "variable from a ConfigMap that does not exist",
    parts: () => script(stay, variable("configMapKeyRef", "nowhere", "key")),
  },
  {
    name: "configmap-missing-volume",
    code: "configmap-missing",
    made: "volume of a ConfigMap that does not exist",
    parts: () => ({
      ...script(stay, { volumeMounts: [{ name: "data", mountPath: "/data" }] }),
      spec: { volumes: [{ name: "data", configMap: { name: "nowhere" } }] },
    }),
  },
  {
    name: "configmap-key-missing",
    code: "configmap-key-missing",
    made: "variable from a key that the ConfigMap does not have",
    parts: () => ({
      ...script(stay, variable("configMapKeyRef", "settings", "colour")),
      also: [configMap("settings", { color: "red", size: "1" })],
    }),
  },
  {
    name: "configmap-key-missing-volume",
    code: "configmap-key-missing",
    made: "volume with a key that the ConfigMap does not have",
    parts: () => ({
      ...script(stay, { volumeMounts: [{ name: "data", mountPath: "/data" }] }),
      spec: { volumes: [{ name: "data", configMap: { name: "files", items: [{ key: "a.json", path: "a.json" }] } }] },
      also: [configMap("files", { "b.json": "{}" })],
    }),
  },
  {
    name: "secret-missing",
    code: "secret-missing",
    made: "all variables of a Secret that does not exist",
    parts: () => script(stay, { envFrom: [{ secretRef: { name: "nowhere" } }] }),
  },
  {
    name: "secret-key-missing",
    code: "secret-key-missing",
    made: "variable from a key that the Secret does not have",
    parts: () => ({
      ...script(stay, variable("secretKeyRef", "login", "passwort")),
      also: [{ apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, stringData: { password: "secret" } }],
    }),
  },
  {
    name: "runs-as-root",
    code: "runs-as-root",
    made: "image without USER under runAsNonRoot",
    parts: () => ({ ...script(stay), spec: { securityContext: { runAsNonRoot: true } } }),
  },
  {
    name: "named-user",
    code: "named-user",
    made: "image with `USER node` under runAsNonRoot",
    parts: ({ closedRegistry }) => ({
      container: { image: `${closedRegistry}/team/named:v1`, imagePullPolicy: "Always" },
      spec: { securityContext: { runAsNonRoot: true }, imagePullSecrets: [{ name: "good" }] },
    }),
  },
  {
    name: "entrypoint-not-found",
    code: "entrypoint-not-found",
    made: "command that is not in the image",
    parts: () => ({ container: { command: ["/app/server"] } }),
  },
  {
    name: "entrypoint-permission-denied",
    code: "entrypoint-permission-denied",
    made: "command without execute permission",
    parts: () => ({ container: { command: ["/etc/passwd"] } }),
  },
  {
    name: "exec-format",
    code: "exec-format",
    made: "executable file that is neither a program nor a script",
    parts: () => ({
      container: { command: ["/program/run"], volumeMounts: [{ name: "program", mountPath: "/program" }] },
      spec: { volumes: [{ name: "program", configMap: { name: "program", defaultMode: 0o755 } }] },
      also: [configMap("program", { run: "this is not a program\n" })],
    }),
  },
  {
    name: "wrong-platform-manifest",
    code: "wrong-platform",
    made: "image for linux/arm64 without an index",
    parts: ({ closedRegistry }) => ({
      container: { image: `${closedRegistry}/team/foreign:manifest`, imagePullPolicy: "Always" },
      spec: { imagePullSecrets: [{ name: "good" }] },
    }),
  },
];
