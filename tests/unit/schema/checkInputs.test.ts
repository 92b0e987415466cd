import { secret, unknown } from "../unknownAndSecret.ts";
import { answerProblems, callProblems, resourceProblems, resultProblems } from "./checkInputs.ts";

const cluster = (more: Record<string, unknown>) =>
  resourceProblems("azure-native:containerservice:ManagedCluster", { resourceGroupName: "hello", ...more });
const pod = (container: Record<string, unknown>, spec: Record<string, unknown> = {}) =>
  resourceProblems("kubernetes:core/v1:Pod", { spec: { containers: [{ name: "hello", ...container }], ...spec } });
const service = (spec: Record<string, unknown>) => resourceProblems("kubernetes:core/v1:Service", { spec });

test("accepts what the providers accept", () => {
  const given = {
    location: "westeurope",
    sku: { name: "Base", tier: "Standard" },
    agentPoolProfiles: [{ name: "system", count: 3, availabilityZones: ["1", "2"], spotMaxPrice: 0.05 }],
    disableLocalAccounts: true,
    tags: { app: "hello" },
    dnsPrefix: undefined,
  };
  expect(cluster(given)).toEqual([]);
  expect(
    pod({
      ports: [{ name: "http", containerPort: 8080 }],
      livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
      readinessProbe: { httpGet: { path: "/ready", port: 8080 } },
      resources: { limits: { cpu: "500m", memory: "256Mi" } },
    }),
  ).toEqual([]);
});

describe("names", () => {
  test("are those of the provider, with a suggestion for a typo", () => {
    expect(cluster({ dnsPrefx: "hello" })).toEqual(['dnsPrefx does not exist; did you mean "dnsPrefix"?']);
    expect(pod({ imagePullpolicy: "Always" })).toEqual([
      'spec.containers[0].imagePullpolicy does not exist; did you mean "imagePullPolicy"?',
    ]);
  });

  test("are listed if none is similar", () => {
    expect(resourceProblems("kubernetes:apps/v1:Deployment", { spec: {}, replicas: 3 })).toContain(
      "replicas does not exist; there are apiVersion, kind, metadata, spec",
    );
  });

  test("are checked in nested lists too", () => {
    expect(
      cluster({ agentPoolProfiles: [{ name: "system" }, { name: "apps", upgradeSettings: { maxsurge: "33%" } }] }),
    ).toEqual(['agentPoolProfiles[1].upgradeSettings.maxsurge does not exist; did you mean "maxSurge"?']);
  });

  test("are free in maps, whose values are checked", () => {
    expect(cluster({ tags: { anything: "goes", "even-this/": "x" } })).toEqual([]);
    expect(cluster({ tags: { replicas: 3 } })).toEqual(['tags["replicas"] is 3: it must be a string']);
  });
});

describe("types", () => {
  test.each([
    [{ disableLocalAccounts: "true" }, 'disableLocalAccounts is "true": it must be a boolean'],
    [{ dnsPrefix: 3 }, "dnsPrefix is 3: it must be a string"],
    [{ agentPoolProfiles: { name: "system" } }, 'agentPoolProfiles is {"name":"system"}: it must be a list'],
    [{ tags: ["app"] }, 'tags is ["app"]: it must be a map'],
    [{ sku: "Base" }, 'sku is "Base": it must be an object: ManagedClusterSKUArgs'],
    [
      { agentPoolProfiles: [{ name: "s", count: 2.5 }] },
      "agentPoolProfiles[0].count is 2.5: it must be a whole number",
    ],
    [
      { agentPoolProfiles: [{ name: "s", count: "2" }] },
      'agentPoolProfiles[0].count is "2": it must be a whole number',
    ],
    [
      { agentPoolProfiles: [{ name: "s", spotMaxPrice: "1" }] },
      'agentPoolProfiles[0].spotMaxPrice is "1": it must be a number',
    ],
    [{ dnsPrefix: null }, "dnsPrefix is null: it must be a string"],
  ])("%j", (given, problem) => {
    expect(cluster(given)).toEqual([problem]);
  });
});

describe("required properties", () => {
  test("are reported if they are missing, at any depth", () => {
    expect(
      resourceProblems("azure-native:containerregistry:Registry", { resourceGroupName: "hello", sku: {} }),
    ).toEqual(["sku.name is missing: it is required"]);
    expect(resourceProblems("azure-native:containerservice:ManagedCluster", {})).toEqual([
      "resourceGroupName is missing: it is required",
    ]);
    expect(pod({}, { volumes: [{ name: "tmp", secret: { items: [{ key: "k" }] } }] })).toEqual([
      "spec.volumes[0].secret.items[0].path is missing: it is required",
    ]);
  });

  test("are reported if they are undefined", () => {
    expect(pod({ name: undefined })).toEqual(["spec.containers[0].name is missing: it is required"]);
  });
});

describe("allowed values", () => {
  test.each([
    [
      cluster({ sku: { name: "Base", tier: "Prenium" } }),
      'sku.tier is "Prenium": it must be one of "Premium", "Standard", "Free"; did you mean "Premium"?',
    ],
    [
      service({ type: "Loadbalancer" }),
      'spec.type is "Loadbalancer": it must be one of "ExternalName", "ClusterIP", "NodePort", "LoadBalancer"; did you mean "LoadBalancer"?',
    ],
    [
      pod({ imagePullPolicy: "Sometimes" }),
      'spec.containers[0].imagePullPolicy is "Sometimes": it must be one of "Always", "Never", "IfNotPresent"',
    ],
    [
      resourceProblems("kubernetes:core/v1:Pod", { apiVersion: "v2", spec: { containers: [] } }),
      'apiVersion is "v2": it must be "v1"; did you mean "v1"?',
    ],
    [
      resourceProblems("docker:index/image:Image", { imageName: "hello", build: { builderVersion: "BuildKit" } }),
      'build.builderVersion is "BuildKit": it must be one of "BuilderV1", "BuilderBuildKit"',
    ],
  ])("%#: %j", (problems, expected) => {
    expect(problems).toEqual([expected]);
  });
});

describe("rules that Kubernetes' schema states only in prose", () => {
  test.each([
    [
      pod({ resources: { limits: { memory: "256MB" } } }),
      'spec.containers[0].resources.limits["memory"] is "256MB": it must be a quantity, e.g. "256Mi" or "500m"',
    ],
    [
      pod({ livenessProbe: { httpGet: { port: "8080" } } }),
      'spec.containers[0].livenessProbe.httpGet.port is "8080": it must be a whole number or the name of a port',
    ],
    [
      resourceProblems("kubernetes:policy/v1:PodDisruptionBudget", { spec: { maxUnavailable: "1" } }),
      'spec.maxUnavailable is "1": it must be a whole number or a percentage, e.g. "25%"',
    ],
    [
      resourceProblems("kubernetes:core/v1:ConfigMap", { metadata: { labels: { app: "a b" } } }),
      `metadata.labels["app"] is "a b": it must be a label's value: up to 63 letters, digits, -, _ and .`,
    ],
    [
      resourceProblems("kubernetes:core/v1:ConfigMap", { metadata: { labels: { "Example.com/app": "a" } } }),
      'the key "Example.com/app" of metadata.labels is not allowed: it must be a label\'s name, e.g. "app.kubernetes.io/name"',
    ],
  ])("%#: %j", (problems, expected) => {
    expect(problems).toEqual([expected]);
  });
});

describe("a value without a plain form", () => {
  test("passes while it is unknown", () => {
    expect(cluster({ dnsPrefix: unknown, agentPoolProfiles: unknown, sku: { name: "Base", tier: unknown } })).toEqual(
      [],
    );
    expect(
      resourceProblems("azure-native:containerregistry:Registry", { resourceGroupName: unknown, sku: unknown }),
    ).toEqual([]);
  });

  test("is checked inside secrets", () => {
    expect(resourceProblems("kubernetes:core/v1:Secret", { stringData: secret({ password: "p" }) })).toEqual([]);
    expect(resourceProblems("kubernetes:core/v1:Secret", { stringData: { pin: secret(1234) } })).toEqual([
      'stringData["pin"] is 1234: it must be a string',
    ]);
    expect(resourceProblems("kubernetes:core/v1:Secret", { stringData: secret(unknown) })).toEqual([]);
  });
});

test("a provider's inputs are read back from JSON", () => {
  const provider = (more: Record<string, unknown>) =>
    resourceProblems("pulumi:providers:kubernetes", { kubeconfig: secret("{}"), ...more });
  expect(provider({ enableServerSideApply: "true", deleteUnreachable: unknown })).toEqual([]);
  expect(provider({ enableServerSideApply: '"yes"' })).toEqual([
    'enableServerSideApply is "yes": it must be a boolean',
  ]);
  expect(provider({ kubeClientSettings: '{"qsp":50}' })).toEqual([
    'kubeClientSettings.qsp does not exist; did you mean "qps"?',
  ]);
});

describe("types that no SDK declares", () => {
  test.each(["azure-native:containerservice:ManagedClustr", "kubernetes:example.com/v1:Thing", "aws:s3/bucket:Bucket"])(
    "%s is refused",
    (token) => {
      const problem = `no schema is known of ${token}: see tests/unit/schema/README.md`;
      expect(resourceProblems(token, {})).toEqual([problem]);
      expect(answerProblems(token, {}, {})).toEqual([problem]);
      expect(callProblems(token, {})).toEqual([problem]);
      expect(resultProblems(token, {})).toEqual([problem]);
    },
  );

  test("are checked against their own definition if one is named", () => {
    const route = (more: Record<string, unknown>) =>
      resourceProblems("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: { name: "hello" },
        spec: {},
        ...more,
      });
    expect(route({})).toEqual([]);
    expect(route({ spec: { hostname: "a.example", rules: [{ backendRefs: [{ name: "a", port: "80" }] }] } })).toEqual([
      'spec.hostname does not exist; did you mean "hostnames"?',
      'spec.rules[0].backendRefs[0].port is "80": it must be a whole number',
    ]);
    expect(route({ kind: "HttpRoute", metadata: { nmae: "hello" } })).toEqual([
      'kind is "HttpRoute": it must be "HTTPRoute"; did you mean "HTTPRoute"?',
      'metadata.nmae does not exist; did you mean "name"?',
    ]);
  });
});

describe("answers", () => {
  const token = "azure-native:containerregistry:Registry";

  test("may be incomplete, but not wrong", () => {
    expect(answerProblems(token, {}, { loginServer: "hello.azurecr.io" })).toEqual([]);
    expect(answerProblems(token, {}, { loginserver: "hello.azurecr.io", name: 3 })).toEqual([
      'loginserver does not exist; did you mean "loginServer"?',
      "name is 3: it must be a string",
    ]);
  });

  test("contain inputs as well, which were checked as such", () => {
    expect(answerProblems(token, { registryName: "hello" }, { registryName: "hello", name: "hello" })).toEqual([]);
  });

  test("of functions are checked with their arguments", () => {
    const list = "azure-native:containerservice:listManagedClusterUserCredentials";
    expect(callProblems(list, { resourceGroupName: "hello", resourcName: "hello" })).toEqual([
      "resourceName is missing: it is required",
      'resourcName does not exist; did you mean "resourceName"?',
    ]);
    expect(resultProblems(list, { kubeconfigs: [{ name: "clusterUser", value: 1 }] })).toEqual([
      "kubeconfigs[0].value is 1: it must be a string",
    ]);
  });
});
