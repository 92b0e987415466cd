import * as pulumi from "@pulumi/pulumi";
import { podTemplate } from "../../../../components/workload/podTemplate.ts";
import { withDefaults, type WorkloadArgs } from "../../../../components/workload/workloadArgs.ts";

const image = `hello.azurecr.io/hello:1.4.2@sha256:${"ab".repeat(32)}`;
const selector = { "app.kubernetes.io/name": "hello" };

const template = (args: Partial<WorkloadArgs> = {}) =>
  podTemplate("hello", withDefaults({ namespace: "hello", image, ...args }), selector, "account");

/** The parts that tests read, which the SDK's type hides behind `Input`. */
interface Container {
  env: { name: string; value?: string; valueFrom?: unknown }[];
  [property: string]: unknown;
}
function specOf(args: Partial<WorkloadArgs> = {}) {
  const spec = template(args).spec as unknown as Record<string, unknown> & { containers: Container[] };
  const [container, ...others] = spec.containers;
  if (container === undefined) throw new Error("the pod has no container");
  return { spec, container, others };
}

test("is one container of the exact image, pulled at each start so that the right to pull is checked", () => {
  const { container, others } = specOf();
  expect(others).toEqual([]);
  expect(container).toMatchObject({ name: "hello", image, imagePullPolicy: "Always" });
});

/** Kubernetes' expansion of a value: https://github.com/kubernetes/kubernetes/blob/v1.34.0/third_party/forked/golang/expansion/expand.go */
const expanded = (value: string, variables: Record<string, string>) =>
  value.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) =>
    name === undefined ? "$" : (variables[name] ?? whole),
  );

test.each(["pa$$word", "$(GREETING)", "$$(GREETING)", "$$$", "$", "a$b", "backup --date $(date)", "$$$$(GREETING)$"])(
  "passes the value %s to the process unchanged",
  (value) => {
    const { container } = specOf({ environment: { GREETING: "hi", BANNER: value } });
    const given = container.env.find(({ name }) => name === "BANNER")?.value ?? "";
    expect(expanded(given, { GREETING: "hi" })).toBe(value);
  },
);

test("keeps a value without such signs, and doubles those of an output", async () => {
  const { container } = specOf({ environment: { A: "a$b", B: pulumi.output("$(A)") } });
  const value = (wanted: string) => container.env.find(({ name }) => name === wanted)?.value;
  expect(value("A")).toBe("a$b");
  expect(await new Promise((resolve) => pulumi.output(value("B")).apply(resolve))).toBe("$$(A)");
});

test("meets the restricted Pod Security standard", () => {
  const { spec, container } = specOf();
  expect(spec.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 10001,
    runAsGroup: 10001,
    fsGroup: 10001,
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
});

test("runs as another user if configured, in all three places", () => {
  expect(specOf({ userId: 20000 }).spec.securityContext).toMatchObject({
    ...{ runAsUser: 20000, runAsGroup: 20000, fsGroup: 20000 },
  });
});

test("has no access to the Kubernetes API and no pull secret", () => {
  const { spec } = specOf();
  expect(spec).toMatchObject({
    serviceAccountName: "account",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
  });
  expect(spec).not.toHaveProperty("imagePullSecrets");
});

test("pulls with the given secrets", () => {
  expect(specOf({ imagePullSecrets: ["hello-registry", "base-images"] }).spec).toMatchObject({
    imagePullSecrets: [{ name: "hello-registry" }, { name: "base-images" }],
  });
});

test("listens on 8080, with requests of 128Mi and 100m and limits of 256Mi and 500m", () => {
  const { container } = specOf();
  expect(container.ports).toEqual([{ name: "http", containerPort: 8080 }]);
  expect(container.resources).toEqual({
    requests: { memory: "128Mi", cpu: "100m", "ephemeral-storage": "16Mi" },
    limits: { memory: "256Mi", cpu: "500m", "ephemeral-storage": "192Mi" },
  });
});

test("is restarted when /healthz fails from second 15 on, and gets requests while /ready succeeds", () => {
  const { container } = specOf();
  expect(container.livenessProbe).toEqual({
    httpGet: { path: "/healthz", port: "http" },
    ...{ initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
  });
  expect(container.readinessProbe).toEqual({
    httpGet: { path: "/ready", port: "http" },
    ...{ initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
  });
});

test("pauses before it stops, and has enough time to drain", () => {
  const { spec, container } = specOf();
  expect(container.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  expect(spec.terminationGracePeriodSeconds).toBe(30);
});

test("has no pause if none is configured", () => {
  expect(specOf({ preStopSeconds: 0 }).container.lifecycle).toBeUndefined();
});

test("writes to /tmp only, up to its limit", () => {
  const { spec, container } = specOf({ tmpSize: "32Mi" });
  expect(container.volumeMounts).toEqual([{ name: "tmp", mountPath: "/tmp" }]);
  expect(spec.volumes).toEqual([{ name: "tmp", emptyDir: { sizeLimit: "32Mi" } }]);
});

test("passes the port, the drain time, the names of pod and node, and the given variables to the process", () => {
  const { container } = specOf({ port: 3000, drainSeconds: 7, environment: { LOG_LEVEL: "debug" } });
  expect(container.ports).toEqual([{ name: "http", containerPort: 3000 }]);
  expect(container.env).toEqual([
    { name: "PORT", value: "3000" },
    { name: "DRAIN_SECONDS", value: "7" },
    { name: "SERVICE_NAME", value: "hello" },
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    { name: "LOG_LEVEL", value: "debug" },
  ]);
});

test("spreads over zones and nodes if there are several, and also runs with one", () => {
  const { spec } = specOf();
  const constraint = {
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selector },
    matchLabelKeys: ["pod-template-hash"],
  };
  expect(spec.topologySpreadConstraints).toEqual([
    { ...constraint, topologyKey: "topology.kubernetes.io/zone" },
    { ...constraint, topologyKey: "kubernetes.io/hostname" },
  ]);
  expect(spec.affinity).toEqual({
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: selector } },
        },
      ],
    },
  });
});

test("has the labels that select it, which no other label replaces", () => {
  const { metadata } = template({ labels: { team: "a", "app.kubernetes.io/name": "other" } });
  expect(metadata).toEqual({ labels: { team: "a", "app.kubernetes.io/name": "hello" } });
});

test.each([
  ["64Mi", "192Mi"],
  ["1Gi", "1152Mi"],
])("has enough storage for /tmp (%s) and its logs: %s", (tmpSize, limit) => {
  const { container } = specOf({ tmpSize });
  expect(container.resources).toMatchObject({ limits: { "ephemeral-storage": limit } });
});

test("has a startup probe for slow starters only, on the liveness path, for the whole start time", () => {
  expect(specOf().container).not.toHaveProperty("startupProbe");
  expect(specOf({ startupSeconds: 121, liveness: { path: "/alive" } }).container.startupProbe).toEqual({
    httpGet: { path: "/alive", port: "http" },
    ...{ periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 61 },
  });
  // A check starts only after the time of the previous one is over.
  expect(specOf({ startupSeconds: 60, liveness: { timeoutSeconds: 5 } }).container.startupProbe).toMatchObject({
    ...{ periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 12 },
  });
});

test("writes to further folders, on disk within its storage limit or in memory", () => {
  const { spec, container } = specOf({
    writablePaths: { "/var/cache/app": "128Mi", "/run/app": { size: "16Mi", memory: true } },
  });
  expect(container.volumeMounts).toEqual([
    { name: "tmp", mountPath: "/tmp" },
    { name: "writable-1", mountPath: "/var/cache/app" },
    { name: "writable-2", mountPath: "/run/app" },
  ]);
  expect(spec.volumes).toEqual([
    { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    { name: "writable-1", emptyDir: { sizeLimit: "128Mi" } },
    { name: "writable-2", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
  ]);
  expect(container.resources).toMatchObject({ limits: { "ephemeral-storage": "320Mi" } });
});

test("has a writable root only if the setting is loosened, and stays restricted otherwise", () => {
  expect(specOf({ writableRoot: true }).container.securityContext).toEqual({
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: false, capabilities: { drop: ["ALL"] } },
  });
});

test("reads values and files from ConfigMaps and Secrets; secret files are not readable by everybody", () => {
  const args = withDefaults({
    ...{ namespace: "hello", image, configValues: { A: "1" }, secretValues: { B: "2" } },
    ...{ configFiles: { "/etc/a": "x" }, secretFiles: { "/etc/b/c": "y" } },
  });
  const sources = { config: "hello-config-1", secret: "hello-secret-1" };
  const spec = podTemplate("hello", args, selector, "account", sources).spec as unknown as {
    containers: Container[];
    volumes: object[];
  };
  expect(spec.containers[0]?.env.slice(-2)).toEqual([
    { name: "A", valueFrom: { configMapKeyRef: { name: "hello-config-1", key: "A" } } },
    { name: "B", valueFrom: { secretKeyRef: { name: "hello-secret-1", key: "B" } } },
  ]);
  expect((spec.containers[0]?.volumeMounts as object[]).slice(1)).toEqual([
    { name: "config", mountPath: "/etc/a", subPath: "file..etc..a", readOnly: true },
    { name: "secret", mountPath: "/etc/b/c", subPath: "file..etc..b..c", readOnly: true },
  ]);
  const item = (key: string) => [{ key, path: key }];
  expect(spec.volumes.slice(1)).toEqual([
    { name: "config", configMap: { name: "hello-config-1", items: item("file..etc..a") } },
    {
      name: "secret",
      secret: { secretName: "hello-secret-1", items: item("file..etc..b..c"), defaultMode: 0o440 },
    },
  ]);
});

test("runs on the selected nodes, and waits for even zones if that is required", () => {
  const { spec } = specOf({
    ...{ zoneSpread: "required", nodeSelector: { pool: "apps" }, priorityClass: "high" },
    tolerations: ["spot=true:NoSchedule", "gpu:NoExecute"],
  });
  expect(spec).toMatchObject({
    nodeSelector: { pool: "apps" },
    priorityClassName: "high",
    tolerations: [
      { key: "spot", operator: "Equal", value: "true", effect: "NoSchedule" },
      { key: "gpu", operator: "Exists", effect: "NoExecute" },
    ],
    topologySpreadConstraints: [{ whenUnsatisfiable: "DoNotSchedule" }, { whenUnsatisfiable: "ScheduleAnyway" }],
  });
});

test("has the given annotations", () => {
  expect(template({ podAnnotations: { "prometheus.io/scrape": "true" } }).metadata).toEqual({
    labels: selector,
    annotations: { "prometheus.io/scrape": "true" },
  });
});
