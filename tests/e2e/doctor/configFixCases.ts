/** Containers with a wrong configuration or that do not start, and the commands that fix them. */
import { user } from "../ownRegistry.ts";
import { pullSecret } from "./pullCases.ts";
import { configMap, type FixCase, node, secret, serve, service, stay } from "./brokenWorkload.ts";

const variable = (kind: "configMapKeyRef" | "secretKeyRef", name: string, key: string) => ({
  command: serve(8080),
  env: [{ name: "A", valueFrom: { [kind]: { name, key } } }],
});
/** A volume at /all. */
const all = (source: object): Pick<FixCase, "container" | "spec"> => ({
  container: { command: serve(8080), volumeMounts: [{ name: "all", mountPath: "/all" }] },
  spec: { volumes: [{ name: "all", ...source }] },
});
const listenOn = (variable: string) =>
  node(`require("node:http").createServer((q, r) => r.end("ok")).listen(process.env.${variable} ?? 8080)`);
const value = () => ({ VALUE: "1" });

export const configFixCases: readonly FixCase[] = [
  {
    name: "settings-near",
    code: "configmap-missing",
    forms: ["change pod: containers.env"],
    kind: "StatefulSet",
    container: variable("configMapKeyRef", "shop-setting", "a"),
    also: [configMap("shop-settings", { a: "1" })],
  },
  {
    name: "no-settings",
    code: "configmap-missing",
    forms: ["kubectl create configmap"],
    kind: "Deployment",
    container: variable("configMapKeyRef", "shop", "a"),
    fill: value,
  },
  {
    name: "key-near",
    code: "configmap-key-missing",
    forms: ["change pod: containers.env"],
    kind: "Pod",
    container: variable("configMapKeyRef", "colors", "colour"),
    also: [configMap("colors", { color: "red" })],
  },
  {
    name: "no-key",
    code: "configmap-key-missing",
    forms: ["change configmap: data"],
    kind: "Deployment",
    container: variable("configMapKeyRef", "colors", "size"),
    also: [configMap("colors", { color: "red" })],
    fill: value,
  },
  {
    name: "item-near",
    code: "configmap-key-missing",
    forms: ["change pod: volumes.configMap"],
    kind: "Deployment",
    ...all({ configMap: { name: "files", items: [{ key: "setings.json", path: "s" }] } }),
    also: [configMap("files", { "settings.json": "{}" })],
  },
  {
    name: "no-secret",
    code: "secret-missing",
    forms: ["kubectl create secret"],
    kind: "Deployment",
    container: { command: serve(8080), envFrom: [{ secretRef: { name: "login" } }] },
    fill: () => ({ NAME: "PASSWORD_OF_SHOP", VALUE: "1" }),
  },
  {
    name: "secret-key-near",
    code: "secret-key-missing",
    forms: ["change pod: containers.env"],
    kind: "Deployment",
    container: variable("secretKeyRef", "login", "passwort"),
    also: [secret("login", { password: "x" })],
  },
  {
    name: "no-secret-key",
    code: "secret-key-missing",
    forms: ["change secret: stringData"],
    kind: "Deployment",
    container: variable("secretKeyRef", "login", "user"),
    also: [secret("login", { password: "x" })],
    fill: value,
  },
  {
    name: "projected",
    code: "secret-key-missing",
    forms: ["change pod: volumes.projected"],
    kind: "Deployment",
    ...all({ projected: { sources: [{ secret: { name: "pair", items: [{ key: "ca", path: "ca" }] } }] } }),
    also: [secret("pair", { certificate: "x" })],
  },
  {
    name: "root",
    code: "runs-as-root",
    forms: ["change pod: containers.securityContext.runAsUser"],
    kind: "Deployment",
    container: { command: serve(8080), securityContext: { runAsUser: 0 } },
  },
  {
    name: "root-image",
    code: "runs-as-root",
    forms: ["change pod: securityContext.runAsUser"],
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: { securityContext: { runAsNonRoot: true } },
  },
  {
    name: "named",
    code: "named-user",
    forms: ["change pod: securityContext.runAsUser"],
    kind: "Deployment",
    image: ({ closedRegistry }) => `${closedRegistry}/team/named:v1`,
    container: { command: serve(8080) },
    spec: { securityContext: { runAsNonRoot: true }, imagePullSecrets: [{ name: "pull" }] },
    also: ({ closedRegistry }) => [pullSecret("pull", { [closedRegistry]: user })],
  },
  {
    name: "expression",
    code: "subpath-variable-missing",
    forms: ["change pod: containers.env"],
    kind: "Deployment",
    container: {
      command: serve(8080),
      volumeMounts: [{ name: "own", mountPath: "/own", subPathExpr: "$(NODE_NAME)" }],
    },
    spec: { volumes: [{ name: "own", emptyDir: {} }] },
  },
  {
    name: "sysctl",
    code: "sysctl-forbidden",
    forms: ["change pod: securityContext.sysctls"],
    kind: "Pod",
    container: { command: serve(8080) },
    spec: { securityContext: { runAsUser: 10001, sysctls: [{ name: "net.core.somaxconn", value: "1024" }] } },
  },
  {
    name: "no-folder",
    code: "volume-not-mounted",
    forms: ["change pod: volumes.hostPath"],
    kind: "Deployment",
    ...all({ hostPath: { path: "/run/NAMESPACE", type: "Directory" } }),
  },
  {
    name: "runtime",
    code: "runtime-class-missing",
    forms: ["change pod: runtimeClassName"],
    kind: "Deployment",
    container: { command: stay },
    spec: { runtimeClassName: "NAMESPACE" },
    also: [
      {
        apiVersion: "node.k8s.io/v1",
        kind: "RuntimeClass",
        metadata: { name: "NAMESPACE" },
        handler: "nobody",
      },
    ],
  },
  {
    name: "links",
    code: "service-link-variable",
    forms: ["change pod: enableServiceLinks"],
    kind: "Deployment",
    container: {
      command: listenOn("LINKS_PORT"),
    },
    also: [service("links", "links")],
  },
  {
    name: "linked",
    code: "service-link-variable",
    forms: ["change pod: containers.env"],
    kind: "Deployment",
    container: {
      command: listenOn("LINKED_PORT"),
    },
    also: [service("linked", "linked")],
  },
  {
    name: "over-file",
    code: "mount-over-file",
    forms: ["change pod: containers.volumeMounts"],
    kind: "Deployment",
    container: { command: serve(8080), volumeMounts: [{ name: "c", mountPath: "/etc/group" }] },
    spec: { volumes: [{ name: "c", configMap: { name: "issue" } }] },
    also: [configMap("issue", { group: "app:x:10001:" })],
  },
  {
    name: "one-string",
    code: "command-not-split",
    forms: ["change pod: containers.command"],
    kind: "Deployment",
    container: { command: ["sleep 3600"] },
  },
  {
    name: "no-program",
    code: "entrypoint-not-found",
    forms: ["change pod: containers.command"],
    kind: "Deployment",
    image: ({ app }) => app,
    container: { command: ["/app/server"] },
  },
  {
    name: "work-folder",
    code: "container-not-created",
    forms: ["change pod: containers.workingDir"],
    kind: "Deployment",
    container: { command: stay, workingDir: "/etc/passwd" },
  },
  {
    name: "no-module",
    code: "module-not-found",
    forms: ["change pod: containers.args, containers.command"],
    kind: "Deployment",
    image: ({ app }) => app,
    container: { command: ["/usr/local/bin/node", "/app/dist/main.js"] },
  },
  {
    name: "hook",
    code: "post-start-hook-failed",
    forms: ["change pod: containers.lifecycle.postStart"],
    kind: "Deployment",
    container: { command: serve(8080), lifecycle: { postStart: { exec: { command: ["/bin/sh", "-c", "exit 9"] } } } },
  },
];
