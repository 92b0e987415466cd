/** The rules about pods: a correct Deployment, and changes in it. */
import { unknown, type TestResource } from "../judged.ts";
import { changed, type RuleCases } from "./ruleCases.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

export const rightContainer = {
  name: "app",
  image: `shop.azurecr.io/app:1.2.3@${digest}`,
  env: [{ name: "LOG_LEVEL", value: "info" }],
  ports: [{ name: "http", containerPort: 8080 }],
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
  livenessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 10 },
  readinessProbe: { httpGet: { path: "/ready", port: "http" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
};

export const rightPod = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
  containers: [rightContainer],
  volumes: [{ name: "tmp", emptyDir: {} }],
};

export const rightDeployment: TestResource = {
  type: "kubernetes:apps/v1:Deployment",
  props: { spec: { replicas: 2, template: { spec: rightPod } } },
};

/** The Deployment with changes in its PodSpec. */
const pod = (changes: Record<string, unknown>) =>
  changed(
    rightDeployment,
    Object.fromEntries(Object.entries(changes).map(([path, value]) => [`props.spec.template.spec.${path}`, value])),
  );
/** The Deployment with changes in its container. */
const container = (changes: Record<string, unknown>) =>
  pod(Object.fromEntries(Object.entries(changes).map(([path, value]) => [`containers.0.${path}`, value])));
const windows = (changes: Record<string, unknown>) =>
  changed(container(changes), { "props.spec.template.spec.os": { name: "windows" } });

const spec = "spec.template.spec";
const first = `${spec}.containers[0]`;
const right = ["as it should be", rightDeployment] satisfies [string, TestResource];
const unknownPod = [
  "a pod that is not known",
  changed(rightDeployment, { "props.spec.template.spec": unknown }),
  [spec],
] satisfies [string, TestResource, string[]];

/** A container's field that must have one value. */
const field = (path: string, wrong: [unknown, string][]): Pick<RuleCases, "wrong" | "undecided"> => ({
  wrong: wrong.map(([value, says]) => [
    `${path} = ${JSON.stringify(value)}`,
    container({ [path]: value }),
    [`container "app": ${says} (${first}.${path})`],
  ]),
  undecided: [[`${path} not known`, container({ [path]: unknown }), [`${first}.${path}`]], unknownPod],
});

export const podCases: Record<string, RuleCases> = {
  "image-exact": {
    right: [right],
    wrong: [
      [
        "latest",
        container({ image: "shop.azurecr.io/app:latest" }),
        [
          `container "app" runs the image "shop.azurecr.io/app:latest", which has the tag "latest" and has no digest (${first}.image)`,
        ],
      ],
      [
        "neither",
        container({ image: "localhost:5000/app" }),
        [`container "app" runs the image "localhost:5000/app", which has no tag and has no digest (${first}.image)`],
      ],
      [
        "a tag only",
        container({ image: "shop.azurecr.io/app:1.2.3" }),
        [`container "app" runs the image "shop.azurecr.io/app:1.2.3", which has no digest (${first}.image)`],
      ],
      [
        "a digest only",
        container({ image: `shop.azurecr.io/app@${digest}` }),
        [`container "app" runs the image "shop.azurecr.io/app@${digest}", which has no tag (${first}.image)`],
      ],
      [
        "a short digest",
        container({ image: "shop.azurecr.io/app:1@sha256:abc" }),
        [
          `container "app" runs the image "shop.azurecr.io/app:1@sha256:abc", which has an invalid digest (${first}.image)`,
        ],
      ],
      ["none", container({ image: undefined }), [`container "app" names no image (${first}.image)`]],
    ],
    undecided: [["not pushed yet", container({ image: unknown }), [`${first}.image`]], unknownPod],
  },
  "image-attested": {
    right: [
      right,
      ["an image that the deployment has verified", rightDeployment, { required: true, verified: [digest] }],
      ["an unverified image, if nothing requires verification", rightDeployment, { verified: [] }],
    ],
    wrong: [
      [
        "another digest than the verified one",
        rightDeployment,
        [
          `container "app" runs the image "shop.azurecr.io/app:1.2.3@${digest}", which nobody has verified (${first}.image)`,
        ],
        { required: true, verified: [`sha256:${"f".repeat(64)}`] },
      ],
      [
        "no digest",
        container({ image: "shop.azurecr.io/app:1" }),
        [`container "app" runs the image "shop.azurecr.io/app:1", which nobody has verified (${first}.image)`],
        { required: true, verified: [digest] },
      ],
    ],
    undecided: [
      ["an image that is not imported yet", container({ image: unknown }), [`${first}.image`], { required: true }],
    ],
  },
  "image-registry": {
    right: [
      right,
      ["a registry with a path", container({ image: "ghcr.io/shop/app:1" }), { registries: ["ghcr.io/shop"] }],
      ["a registry with a port", container({ image: "localhost:47500/app:1" }), { registries: ["localhost:*"] }],
    ],
    wrong: [
      [
        "no host",
        container({ image: "nginx:1.29" }),
        [`container "app" runs the image "nginx:1.29", which names no registry (${first}.image)`],
      ],
      [
        "no host, with a path",
        container({ image: "library/nginx:1.29" }),
        [`container "app" runs the image "library/nginx:1.29", which names no registry (${first}.image)`],
      ],
      [
        "another",
        container({ image: "docker.io/library/nginx:1.29" }),
        [
          `container "app" runs the image "docker.io/library/nginx:1.29", whose registry is not one of *.azurecr.io, mcr.microsoft.com (${first}.image)`,
        ],
      ],
      [
        "one that only begins like it",
        container({ image: "mcr.microsoft.com.evil.example/app:1" }),
        [
          `container "app" runs the image "mcr.microsoft.com.evil.example/app:1", whose registry is not one of *.azurecr.io, mcr.microsoft.com (${first}.image)`,
        ],
      ],
      [
        "another path",
        container({ image: "ghcr.io/shopping/app:1" }),
        [
          `container "app" runs the image "ghcr.io/shopping/app:1", whose registry is not one of ghcr.io/shop (${first}.image)`,
        ],
        { registries: ["ghcr.io/shop"] },
      ],
      ["none", container({ image: "" }), [`container "app" names no image (${first}.image)`]],
    ],
    undecided: [["not pushed yet", container({ image: unknown }), [`${first}.image`]], unknownPod],
  },
  "resources-bounded": {
    right: [
      right,
      ["limits equal to the requests", container({ "resources.requests": undefined })],
      [
        "no limit of cpu, if none is required",
        container({ "resources.limits.cpu": undefined }),
        { limits: ["memory"] },
      ],
    ],
    wrong: [
      [
        "nothing",
        container({ resources: undefined }),
        ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].map(
          (path) =>
            `container "app": its ${path.startsWith("r") ? "request" : "limit"} of ${path.split(".")[1]} is not set (${first}.resources.${path})`,
        ),
      ],
      [
        "no limit of memory",
        container({ "resources.limits.memory": undefined }),
        [`container "app": its limit of memory is not set (${first}.resources.limits.memory)`],
      ],
      [
        "no ephemeral storage",
        rightDeployment,
        [`container "app": its limit of ephemeral-storage is not set (${first}.resources.limits.ephemeral-storage)`],
        { limits: ["ephemeral-storage"] },
      ],
    ],
    undecided: [
      ["a limit", container({ "resources.limits.memory": unknown }), [`${first}.resources.limits.memory`]],
      unknownPod,
    ],
  },
  "probes-present": {
    right: [
      right,
      [
        "a job",
        { type: "kubernetes:batch/v1:Job", props: { spec: { template: { spec: { containers: [{ name: "app" }] } } } } },
      ],
      [
        "a pod that runs to completion",
        { type: "kubernetes:core/v1:Pod", props: { spec: { restartPolicy: "Never", containers: [{ name: "app" }] } } },
      ],
      ["an init container without probes", pod({ initContainers: [{ name: "setup" }] })],
    ],
    wrong: [
      [
        "no liveness",
        container({ livenessProbe: undefined }),
        [`container "app": livenessProbe is not set (${first}.livenessProbe)`],
      ],
      [
        "an empty readiness",
        container({ readinessProbe: {} }),
        [`container "app": readinessProbe is {} (${first}.readinessProbe)`],
      ],
    ],
    undecided: [["a probe", container({ readinessProbe: unknown }), [`${first}.readinessProbe`]], unknownPod],
  },
  "probes-distinct": {
    right: [
      right,
      ["one probe only", container({ livenessProbe: undefined })],
      ["another port", container({ "readinessProbe.httpGet": { path: "/healthz", port: 9090 } })],
    ],
    wrong: [
      [
        "the same path",
        container({ "readinessProbe.httpGet.path": "/healthz" }),
        [`container "app": readiness and liveness both use httpGet "http" "/healthz" (${first}.readinessProbe)`],
      ],
      [
        "the same command",
        container({
          livenessProbe: { exec: { command: ["true"] } },
          readinessProbe: { exec: { command: ["true"] }, periodSeconds: 3 },
        }),
        [`container "app": readiness and liveness both use exec ["true"] (${first}.readinessProbe)`],
      ],
    ],
    undecided: [
      ["a port", container({ "readinessProbe.httpGet.port": unknown }), [`${first}.readinessProbe`]],
      [
        "part of a command",
        container({ readinessProbe: { exec: { command: ["test", unknown] } } }),
        [`${first}.readinessProbe`],
      ],
      unknownPod,
    ],
  },
  "non-root": {
    right: [
      right,
      [
        "set on the container only",
        pod({ securityContext: undefined, "containers.0.securityContext": { runAsNonRoot: true } }),
      ],
      ["windows", changed(windows({}), { "props.spec.template.spec.securityContext": undefined })],
    ],
    wrong: [
      [
        "not said",
        pod({ securityContext: undefined }),
        [`container "app": runAsNonRoot is not set (${first}.securityContext.runAsNonRoot)`],
      ],
      [
        "overridden by the container",
        container({ "securityContext.runAsNonRoot": false }),
        [`container "app": runAsNonRoot is false (${first}.securityContext.runAsNonRoot)`],
      ],
      [
        "user 0",
        pod({ "securityContext.runAsUser": 0 }),
        [`container "app" runs as user 0, which is root (${spec}.securityContext.runAsUser)`],
      ],
    ],
    undecided: [
      ["the user", pod({ "securityContext.runAsUser": unknown }), [`${spec}.securityContext.runAsUser`]],
      unknownPod,
    ],
  },
  "read-only-root": {
    right: [right],
    ...field("securityContext.readOnlyRootFilesystem", [
      [false, "readOnlyRootFilesystem is false"],
      [undefined, "readOnlyRootFilesystem is not set"],
    ]),
  },
  "no-privilege-escalation": {
    right: [right, ["windows", windows({ securityContext: undefined })]],
    ...field("securityContext.allowPrivilegeEscalation", [
      [true, "allowPrivilegeEscalation is true"],
      [undefined, "allowPrivilegeEscalation is not set"],
    ]),
  },
  "capabilities-dropped": {
    right: [
      right,
      [
        "capabilities that the restricted standard allows to add",
        container({ "securityContext.capabilities": { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
      ],
      ["all of them beside an unknown value", container({ "securityContext.capabilities.drop": [unknown, "ALL"] })],
      ["windows", windows({ securityContext: undefined })],
    ],
    wrong: [
      [
        "nothing",
        container({ "securityContext.capabilities": undefined }),
        [`container "app": capabilities.drop is not set and not ["ALL"] (${first}.securityContext.capabilities.drop)`],
      ],
      [
        "some",
        container({ "securityContext.capabilities.drop": ["NET_RAW"] }),
        [
          `container "app": capabilities.drop is ["NET_RAW"] and not ["ALL"] (${first}.securityContext.capabilities.drop)`,
        ],
      ],
      [
        "one back",
        container({ "securityContext.capabilities.add": ["SYS_ADMIN"] }),
        [`container "app" adds the capability "SYS_ADMIN" (${first}.securityContext.capabilities.add[0])`],
      ],
    ],
    undecided: [
      [
        "dropped capabilities",
        container({ "securityContext.capabilities.drop": [unknown] }),
        [`${first}.securityContext.capabilities.drop[0]`],
      ],
      [
        "the list",
        container({ "securityContext.capabilities.drop": unknown }),
        [`${first}.securityContext.capabilities.drop[]`],
      ],
      unknownPod,
    ],
  },
  "seccomp-default": {
    right: [
      right,
      [
        "a custom profile",
        container({ "securityContext.seccompProfile": { type: "Localhost", localhostProfile: "app.json" } }),
      ],
      ["windows", changed(windows({}), { "props.spec.template.spec.securityContext": undefined })],
    ],
    wrong: [
      [
        "none",
        pod({ "securityContext.seccompProfile": undefined }),
        [`container "app": seccompProfile.type is not set (${first}.securityContext.seccompProfile.type)`],
      ],
      [
        "unconfined",
        container({ "securityContext.seccompProfile": { type: "Unconfined" } }),
        [`container "app": seccompProfile.type is "Unconfined" (${first}.securityContext.seccompProfile.type)`],
      ],
    ],
    undecided: [
      [
        "the type",
        pod({ "securityContext.seccompProfile.type": unknown }),
        [`${spec}.securityContext.seccompProfile.type`],
      ],
      unknownPod,
    ],
  },
  "no-service-account-token": {
    right: [right],
    wrong: [
      [
        "left out",
        pod({ automountServiceAccountToken: undefined }),
        [`automountServiceAccountToken is not set (${spec}.automountServiceAccountToken)`],
      ],
      [
        "asked for",
        pod({ automountServiceAccountToken: true }),
        [`automountServiceAccountToken is true (${spec}.automountServiceAccountToken)`],
      ],
    ],
    undecided: [
      ["not known", pod({ automountServiceAccountToken: unknown }), [`${spec}.automountServiceAccountToken`]],
    ],
  },
  "no-host-namespaces": {
    right: [right, ["explicitly off", pod({ hostNetwork: false, hostPID: false, hostIPC: false })]],
    wrong: [
      ["network", pod({ hostNetwork: true }), [`the pod shares the node's network (${spec}.hostNetwork)`]],
      ["processes", pod({ hostPID: true }), [`the pod shares the node's processes (${spec}.hostPID)`]],
      ["memory", pod({ hostIPC: true }), [`the pod shares the node's memory (${spec}.hostIPC)`]],
      [
        "a port",
        container({ "ports.0.hostPort": 80 }),
        [`container "app" uses port 80 of the node (${first}.ports[0].hostPort)`],
      ],
    ],
    undecided: [
      ["network", pod({ hostNetwork: unknown }), [`${spec}.hostNetwork`]],
      ["a port", container({ "ports.0.hostPort": unknown }), [`${first}.ports[0].hostPort`]],
    ],
  },
  "no-host-path": {
    right: [right],
    wrong: [
      [
        "the runtime's socket",
        pod({ volumes: [{ name: "run", hostPath: { path: "/run/containerd" } }] }),
        [`the volume "run" is the node's "/run/containerd" (${spec}.volumes[0].hostPath)`],
      ],
    ],
    undecided: [
      ["the volumes", pod({ volumes: unknown }), [`${spec}.volumes[].hostPath`]],
      ["one volume", pod({ volumes: [unknown] }), [`${spec}.volumes[0].hostPath`]],
    ],
  },
  "no-privileged": {
    right: [right, ["explicitly off", container({ "securityContext.privileged": false })]],
    wrong: [
      [
        "a container",
        container({ "securityContext.privileged": true }),
        [`container "app" is privileged (${first}.securityContext.privileged)`],
      ],
      [
        "a host process of the pod",
        pod({ "securityContext.windowsOptions": { hostProcess: true } }),
        [`the pod runs as a process of the node (${spec}.securityContext.windowsOptions.hostProcess)`],
      ],
      [
        "a host process",
        container({ "securityContext.windowsOptions": { hostProcess: true } }),
        [`container "app" runs as a process of the node (${first}.securityContext.windowsOptions.hostProcess)`],
      ],
    ],
    undecided: [
      ["a container", container({ "securityContext.privileged": unknown }), [`${first}.securityContext.privileged`]],
    ],
  },
  "no-plain-secret": {
    right: [
      right,
      [
        "from a Secret",
        container({ env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }] }),
      ],
      ["a file's path", container({ env: [{ name: "DB_PASSWORD", value: "/run/secrets/db" }] })],
      [
        "a ConfigMap without",
        { type: "kubernetes:core/v1:ConfigMap", props: { data: { "app.properties": "level=info" } } },
      ],
      ["an empty ConfigMap", { type: "kubernetes:core/v1:ConfigMap", props: {} }],
    ],
    wrong: [
      [
        "by its name",
        container({ env: [{ name: "DB_PASSWORD", value: "correct-horse" }] }),
        [
          `container "app": the variable DB_PASSWORD holds a secret (value of a variable named like a secret) (${first}.env[0].value)`,
        ],
      ],
      [
        "by its form",
        container({ env: [{ name: "CONNECT", value: "postgres://me:correct-horse@db/shop" }] }),
        [`container "app": the variable CONNECT holds a secret (password in an address) (${first}.env[0].value)`],
      ],
      [
        "in an argument",
        container({ args: ["--with", `npm_${"a1".repeat(18)}`] }),
        [`container "app": an argument of its args holds a secret (npm token) (${first}.args[1])`],
      ],
      [
        "in a ConfigMap",
        {
          type: "kubernetes:core/v1:ConfigMap",
          props: { data: { "config.ini": `[x]\nkey = glpat-${"a1B2".repeat(5)}\n` } },
        },
        ['the ConfigMap\'s "config.ini" holds a secret (GitLab token) (data["config.ini"])'],
      ],
    ],
    undecided: [
      ["a value", container({ env: [{ name: "DB_PASSWORD", value: unknown }] }), [`${first}.env[0].value`]],
      ["a variable", container({ env: [unknown] }), [`${first}.env[0]`]],
      ["a ConfigMap", { type: "kubernetes:core/v1:ConfigMap", props: { data: { url: unknown } } }, ["data.url"]],
      unknownPod,
    ],
  },
};
