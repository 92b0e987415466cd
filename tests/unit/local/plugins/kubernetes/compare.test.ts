import { compare } from "../../../../../local/plugins/kubernetes/compare.ts";
import type { DiffRequest, DiffResult } from "../../../../../local/plugins/rpc/engineRequests.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/propertyValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/propertyValues.ts";
import { connectionTo, FakeCluster, request } from "./fakeCluster.ts";

interface Update {
  type: string;
  inputs: Properties;
  /** Fields that the cluster added. */
  live?: Properties;
  news: Properties;
  config?: Properties;
  ignoreChanges?: string[];
}

function diff({ type, inputs, live, news, config, ignoreChanges = [] }: Update): Promise<DiffResult> {
  const [, module = "", kind = ""] = type.split(":");
  const identity = { apiVersion: module.replace("core/", ""), kind };
  const metadata = { name: "web", namespace: "shop" };
  const recorded = { ...identity, metadata, ...inputs };
  const full: DiffRequest = {
    ...request(type),
    id: "shop/web",
    olds: { ...recorded, ...live, __inputs: recorded },
    oldInputs: recorded,
    news: { ...identity, metadata, ...news },
    ignoreChanges,
  };
  return compare(full, connectionTo(new FakeCluster(), config));
}

const deployment = "kubernetes:apps/v1:Deployment";
const selector = { matchLabels: { app: "web" } };
const container = { name: "app", image: "web:1", resources: { limits: { cpu: "0.5", memory: "1Gi" } } };
const podSpec = { hostNetwork: false, containers: [container], nodeSelector: {} };
const inputs = { spec: { selector, template: { spec: podSpec } } };
// As the API server answers: defaults added, quantities rewritten, empty fields left out.
const liveContainer = {
  ...container,
  imagePullPolicy: "Always",
  resources: { limits: { cpu: "500m", memory: "1024Mi" } },
};
const live = {
  metadata: { name: "web", namespace: "shop", uid: "1", annotations: { "deployment.kubernetes.io/revision": "1" } },
  spec: { replicas: 1, selector, template: { spec: { containers: [liveContainer], dnsPolicy: "ClusterFirst" } } },
  status: { replicas: 1 },
};

test("what the cluster added or wrote in its own way is no change", async () => {
  expect(await diff({ type: deployment, inputs, live, news: inputs })).toEqual({
    changes: {},
    deleteBeforeReplace: false,
  });
});

test("changes are named by their path", async () => {
  const changed = { ...container, image: "web:2", env: [{ name: "A" }] };
  const news = { spec: { selector, replicas: 3, template: { spec: { ...podSpec, containers: [changed] } } } };
  expect((await diff({ type: deployment, inputs, live, news })).changes).toEqual({
    "spec.replicas": { kind: "add", replace: false },
    "spec.template.spec.containers[0].image": { kind: "update", replace: false },
    "spec.template.spec.containers[0].env": { kind: "add", replace: false },
  });
});

test("schema extensions are the same with dashes and without", async () => {
  const withDashes = { schema: { "x-kubernetes-int-or-string": true } };
  const without = { schema: { x_kubernetes_int_or_string: true } };
  const type = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
  expect((await diff({ type, inputs: without, news: withDashes })).changes).toEqual({});
  expect((await diff({ type, inputs: withDashes, news: without })).changes).toEqual({});
});

test("what somebody changed in the cluster is a change back", async () => {
  const drifted = {
    ...live,
    spec: { ...live.spec, template: { spec: { containers: [{ ...liveContainer, image: "evil" }] } } },
  };
  expect((await diff({ type: deployment, inputs, live: drifted, news: inputs })).changes).toEqual({
    "spec.template.spec.containers[0].image": { kind: "update", replace: false },
  });
});

test("a safety that somebody took away is a change, though false looks like nothing", async () => {
  const hardened = { securityContext: { allowPrivilegeEscalation: false } };
  const result = await diff({ type: deployment, inputs: hardened, live: { securityContext: {} }, news: hardened });
  expect(Object.keys(result.changes)).toEqual(["securityContext.allowPrivilegeEscalation"]);
});

test("removed, unknown and ignored properties", async () => {
  const old = { data: { a: "1", b: "2", c: "3" } };
  const news = { data: { b: unknown, c: "4" } };
  const config = { enableConfigMapMutable: "true" };
  const result = await diff({
    type: "kubernetes:core/v1:ConfigMap",
    inputs: old,
    news,
    config,
    ignoreChanges: ["data.c"],
  });
  expect(result.changes).toEqual({
    "data.a": { kind: "delete", inputDiff: true, replace: false },
    "data.b": { kind: "update", replace: false },
  });
});

test.each<[string, Omit<Update, "type">, string, boolean]>([
  [
    "kubernetes:apps/v1:Deployment",
    { inputs, news: { spec: { ...inputs.spec, selector: { matchLabels: { app: "x" } } } } },
    "spec.selector.matchLabels.app",
    true,
  ],
  [
    "kubernetes:core/v1:Service",
    { inputs: { spec: { clusterIP: "10.0.0.1" } }, news: { spec: { clusterIP: "None" } } },
    "spec.clusterIP",
    true,
  ],
  [
    "kubernetes:core/v1:Service",
    { inputs: { spec: { type: "ClusterIP" } }, news: { spec: { type: "LoadBalancer" } } },
    "spec.type",
    false,
  ],
  [
    "kubernetes:batch/v1:Job",
    { inputs: { spec: { template: { a: 1 } } }, news: { spec: { template: { a: 2 } } } },
    "spec.template.a",
    true,
  ],
  [
    "kubernetes:core/v1:PersistentVolumeClaim",
    { inputs: { spec: { storageClassName: "a" } }, news: { spec: { storageClassName: "b" } } },
    "spec.storageClassName",
    true,
  ],
  [
    "kubernetes:core/v1:PersistentVolumeClaim",
    {
      inputs: { spec: { resources: { requests: { storage: "1Gi" } } } },
      news: { spec: { resources: { requests: { storage: "2Gi" } } } },
    },
    "spec.resources.requests.storage",
    false,
  ],
  [
    "kubernetes:core/v1:Pod",
    { inputs: { spec: { containers: [{ image: "a" }] } }, news: { spec: { containers: [{ image: "b" }] } } },
    "spec.containers[0].image",
    true,
  ],
  [
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    { inputs: { roleRef: { name: "a" } }, news: { roleRef: { name: "b" } } },
    "roleRef.name",
    true,
  ],
  ["kubernetes:core/v1:ConfigMap", { inputs: { data: { a: "1" } }, news: { data: { a: "2" } } }, "data.a", true],
  [
    "kubernetes:core/v1:ConfigMap",
    { inputs: { data: { a: "1" } }, news: { data: { a: "2" } }, config: { enableConfigMapMutable: "true" } },
    "data.a",
    false,
  ],
  [
    "kubernetes:core/v1:ConfigMap",
    {
      inputs: { immutable: true, data: { a: "1" } },
      news: { immutable: true, data: { a: "2" } },
      config: { enableConfigMapMutable: "true" },
    },
    "data.a",
    true,
  ],
  [
    "kubernetes:core/v1:Secret",
    { inputs: { data: new Secret({ a: "MQ==" }) }, news: { stringData: new Secret({ a: "2" }) } },
    "data.a",
    true,
  ],
  [
    "kubernetes:core/v1:Secret",
    {
      inputs: { data: new Secret({ a: "MQ==" }) },
      news: { stringData: new Secret({ a: "2" }) },
      config: { enableSecretMutable: "true" },
    },
    "data.a",
    false,
  ],
  [
    "kubernetes:policy/v1:PodDisruptionBudget",
    { inputs: { spec: { minAvailable: 1 } }, news: { spec: { minAvailable: 2 } } },
    "spec.minAvailable",
    false,
  ],
])("%s: %j at %s replaces: %s", async (type, update, path, replace) => {
  const result = await diff({ type, ...update });
  expect(result.changes[path]?.replace).toBe(replace);
  expect(Object.keys(result.changes)).toEqual([path]);
  // A given name can exist only once.
  expect(result.deleteBeforeReplace).toBe(replace);
});

test("another name or namespace replaces, and old and new can stand side by side", async () => {
  const metadata = { name: "web", namespace: "elsewhere" };
  const result = await diff({ type: "kubernetes:core/v1:Service", inputs: {}, news: { metadata } });
  expect(result).toEqual({
    changes: { "metadata.namespace": { kind: "update", replace: true } },
    deleteBeforeReplace: false,
  });
  const renamed = await diff({
    type: "kubernetes:core/v1:Service",
    inputs: {},
    news: { metadata: { name: "w", namespace: "shop" } },
  });
  expect(renamed).toEqual({
    changes: { "metadata.name": { kind: "update", replace: true } },
    deleteBeforeReplace: false,
  });
});

test("a made-up name can be made up again: the new object comes first", async () => {
  const metadata = { name: "web", namespace: "shop", annotations: { "pulumi.com/autonamed": "true" } };
  const old = { metadata, data: { a: "1" } };
  const result = await diff({ type: "kubernetes:core/v1:ConfigMap", inputs: old, news: { ...old, data: { a: "2" } } });
  expect(result).toEqual({ changes: { "data.a": { kind: "update", replace: true } }, deleteBeforeReplace: false });
});
