import type * as pulumi from "@pulumi/pulumi";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/index.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { loadBalancerUrl, Workload } from "../../../components/workload.ts";
import type { WorkloadArgs } from "../../../components/workload/workloadArgs.ts";
import { labels, mockCloud, only, pending, refusal, secret, unknown, valueOf } from "../pulumiMocks.ts";

const component = "tarmac:kubernetes:Workload::hello";
const kinds = {
  account: "kubernetes:core/v1:ServiceAccount",
  policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  deployment: "kubernetes:apps/v1:Deployment",
  budget: "kubernetes:policy/v1:PodDisruptionBudget",
  service: "kubernetes:core/v1:Service",
};
const everything = [...Object.values(kinds).map((kind) => `${kind}::hello`), component].sort();
const selector = { "app.kubernetes.io/name": "hello" };
const image = `hello.azurecr.io/hello:1.4.2@sha256:${"ab".repeat(32)}`;

async function create(more: Partial<WorkloadArgs> = {}, opts: pulumi.ComponentResourceOptions = {}, preview = false) {
  const cloud = await mockCloud({ preview });
  const workload = new Workload("hello", { namespace: "apps", image, ...more }, opts);
  const resources = await cloud.settled();
  const inputs = (kind: keyof typeof kinds) =>
    only(resources, kinds[kind], "hello").inputs as {
      metadata: Record<string, unknown>;
      spec: Record<string, unknown>;
    };
  return { workload, resources, inputs, events: cloud.events };
}

test("creates a Deployment with what belongs to it, and no pull secret", async () => {
  const { resources } = await create();
  expect(labels(resources)).toEqual(everything);
  for (const kind of Object.values(kinds)) {
    expect(only(resources, kind)).toMatchObject({
      parent: component,
      aliases: [],
      inputs: { metadata: { name: "hello", namespace: "apps", labels: selector } },
    });
  }
});

test("runs three pods of the exact image, and replaces them one by one, each when it is ready for long enough", async () => {
  const { spec } = (await create()).inputs("deployment");
  expect(spec).toMatchObject({
    replicas: 3,
    selector: { matchLabels: selector },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    minReadySeconds: 5,
    progressDeadlineSeconds: 300,
    revisionHistoryLimit: 5,
    template: {
      metadata: { labels: selector },
      spec: { serviceAccountName: "hello", containers: [{ name: "hello", image }] },
    },
  });
});

test("passes the settings of pods on", async () => {
  const { inputs } = await create({
    ...{ replicas: 5, port: 3000, gracePeriodSeconds: 60 },
    ...{ limits: { memory: "1Gi" }, liveness: { path: "/alive" }, environment: { LOG_LEVEL: "debug" } },
  });
  expect(inputs("deployment").spec).toMatchObject({
    replicas: 5,
    template: {
      spec: {
        terminationGracePeriodSeconds: 60,
        containers: [
          {
            ports: [{ containerPort: 3000 }],
            resources: { requests: { memory: "128Mi", cpu: "100m" }, limits: { memory: "1Gi", cpu: "500m" } },
            livenessProbe: { httpGet: { path: "/alive", port: "http" }, initialDelaySeconds: 15 },
            env: expect.arrayContaining([{ name: "LOG_LEVEL", value: "debug" }]) as unknown,
          },
        ],
      },
    },
  });
});

test("has a ServiceAccount without a token", async () => {
  const { resources } = await create();
  expect(only(resources, kinds.account).inputs.automountServiceAccountToken).toBe(false);
});

test("loses one pod at a time to node upgrades, and never blocks them", async () => {
  expect((await create()).inputs("budget").spec).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: selector },
    unhealthyPodEvictionPolicy: "AlwaysAllow",
  });
});

describe("the network policy", () => {
  const dns = {
    to: [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
      },
    ],
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  };

  test.each([
    [undefined, [{ namespaceSelector: {} }]],
    ["ClusterIP", [{ namespaceSelector: {} }]],
    ["InternalLoadBalancer", []],
    ["PublicLoadBalancer", []],
  ] as const)("of a %s service allows %j on the service's port, and outbound only DNS", async (type, from) => {
    expect((await create({ serviceType: type })).inputs("policy").spec).toEqual({
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from, ports: [{ port: "http", protocol: "TCP" }] }],
      egress: [dns],
    });
  });

  test("allows Entra's sign-in with an identity, over TLS only", async () => {
    const { spec } = (await create({ identity: { clientId: "client" } })).inputs("policy");
    expect(spec.egress).toEqual([
      dns,
      {
        to: ["20.20.32.0/19", "20.190.128.0/18", "20.231.128.0/19", "40.126.0.0/18"].map((cidr) => ({
          ipBlock: { cidr },
        })),
        ports: [{ port: 443, protocol: "TCP" }],
      },
    ]);
  });

  test("allows outbound traffic to the named ranges", async () => {
    expect((await create({ egressTo: ["10.20.0.0/24", "fd00::/64", "shop"] })).inputs("policy").spec.egress).toEqual([
      dns,
      {
        to: [
          { ipBlock: { cidr: "10.20.0.0/24" } },
          { ipBlock: { cidr: "fd00::/64" } },
          { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } },
        ],
      },
    ]);
  });

  test("exists before the first pod", async () => {
    const { resources, events } = await create();
    expect(only(resources, kinds.deployment).dependencies).toContain(`${kinds.policy}::hello`);
    expect(events.indexOf(`done ${kinds.policy}::hello`)).toBeLessThan(
      events.indexOf(`start ${kinds.deployment}::hello`),
    );
  });
});

describe("allowed sources", () => {
  const shop = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } };
  const route = { hostname: "hello.example.com" };
  // The API server's proxy sends its requests through it, as after a deployment.
  const konnectivity = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
    podSelector: { matchLabels: { app: "konnectivity-agent" } },
  };

  test.each<[string, Partial<WorkloadArgs>, object[]]>([
    [
      "the named namespaces and ranges, and the API server's agent",
      { ingressFrom: ["shop", "10.20.0.0/24"] },
      [shop, { ipBlock: { cidr: "10.20.0.0/24" } }, konnectivity],
    ],
    [
      "beside those, the gateway's namespace",
      { ingressFrom: ["10.20.0.0/24"], route: { ...route, gateway: { namespace: "shop", name: "shared" } } },
      [{ ipBlock: { cidr: "10.20.0.0/24" } }, konnectivity, shop],
    ],
  ])("%s", async (_, more, from) => {
    expect((await create(more)).inputs("policy").spec.ingress).toEqual([
      { from, ports: [{ port: "http", protocol: "TCP" }] },
    ]);
  });

  test("are left to the load balancer if there is one", async () => {
    const { inputs } = await create({ serviceType: "PublicLoadBalancer", ingressFrom: ["203.0.113.0/24"] });
    expect(inputs("policy").spec.ingress).toEqual([{ from: [], ports: [{ port: "http", protocol: "TCP" }] }]);
    expect(inputs("service").spec.loadBalancerSourceRanges).toEqual(["203.0.113.0/24"]);
  });
});

describe("the number of pods", () => {
  const hpa = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";

  test("is fixed by the program, and restored after a manual change", async () => {
    const { resources, inputs } = await create({ replicas: 5 });
    expect(only(resources, kinds.deployment).ignoreChanges).toEqual([]);
    expect(inputs("deployment")).toMatchObject({
      metadata: { annotations: { "tarmac.dev/replicas": "5", "pulumi.com/patchForce": "true" } },
      spec: { replicas: 5 },
    });
  });

  test("is left to the autoscaler: it starts with the minimum and is never set again", async () => {
    const { resources, inputs } = await create({ autoscale: { min: 2, max: 8, memoryPercent: 80 } });
    expect(labels(resources)).toEqual([...everything, `${hpa}::hello`].sort());
    expect(only(resources, kinds.deployment).ignoreChanges).toEqual(["spec.replicas"]);
    expect(inputs("deployment")).toMatchObject({
      metadata: { annotations: { "tarmac.dev/replicas": "autoscaled" } },
      spec: { replicas: 2 },
    });
    const { parent, inputs: autoscaler } = only(resources, hpa);
    expect(parent).toBe(component);
    const goal = (resource: string, averageUtilization: number) => ({
      type: "ContainerResource",
      containerResource: { container: "hello", name: resource, target: { type: "Utilization", averageUtilization } },
    });
    expect(autoscaler).toEqual({
      ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
      metadata: { name: "hello", namespace: "apps", labels: selector },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "hello" },
        ...{ minReplicas: 2, maxReplicas: 8, metrics: [goal("cpu", 70), goal("memory", 80)] },
        behavior: {
          scaleDown: {
            stabilizationWindowSeconds: 300,
            policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
          },
        },
      },
    });
  });
});

describe("values and files", () => {
  const [configMap, secretKind] = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"];
  const given = {
    configValues: { GREETING: "hello" },
    configFiles: { "/etc/hello/app.json": "{}" },
    secretValues: { API_KEY: "hunter2" },
    secretFiles: { "/etc/hello/key.pem": "hunter3" },
  };

  test("are in immutable objects with generated names, so each change creates new ones", async () => {
    const { resources } = await create(given);
    expect(labels(resources)).toEqual(
      [...everything, `${configMap}::hello-config`, `${secretKind}::hello-secret`].sort(),
    );
    expect(only(resources, configMap)).toMatchObject({
      parent: component,
      inputs: {
        metadata: { namespace: "apps", labels: selector },
        data: { GREETING: "hello", "file..etc..hello..app.json": "{}" },
        immutable: true,
      },
    });
    for (const kind of [configMap, secretKind])
      expect(only(resources, kind).inputs).not.toHaveProperty("metadata.name");
  });

  test("that are secret are secret in all inputs, and the Deployment has only the name of their object", async () => {
    const { resources } = await create(given);
    expect(only(resources, secretKind).inputs).toMatchObject({
      stringData: secret({ API_KEY: "hunter2", "file..etc..hello..key.pem": "hunter3" }),
      immutable: true,
    });
    expect(JSON.stringify(only(resources, kinds.deployment).inputs)).not.toMatch(/hunter/);
    expect(only(resources, kinds.deployment).dependencies).toEqual(
      expect.arrayContaining([`${configMap}::hello-config`, `${secretKind}::hello-secret`]),
    );
  });

  test("are the same in a preview, where their names are unknown", async () => {
    const { resources } = await create(given, {}, true);
    expect(labels(resources)).toHaveLength(everything.length + 2);
  });
});

describe("a slow start", () => {
  test("delays the rollout, pod by pod", async () => {
    const { inputs } = await create({ startupSeconds: 120 });
    expect(inputs("deployment").spec.progressDeadlineSeconds).toBe(420);
  });
});

describe("a route", () => {
  const routeKind = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
  const parent = { group: "gateway.networking.k8s.io", kind: "Gateway" };
  const toService = (path: string, port: number) => ({
    matches: [{ path: { type: "PathPrefix", value: path } }],
    backendRefs: [{ group: "", kind: "Service", name: "hello", port, weight: 1 }],
  });

  test("on a gateway is a route and nothing else", async () => {
    const gateway = { namespace: "gateways", name: "shared", listener: "https" };
    const route = { hostname: "hello.example.com", path: "/api", gateway };
    const { workload, resources } = await create({ route, servicePort: 8000 });
    expect(labels(resources)).toEqual([...everything, `${routeKind}::hello`].sort());
    expect(only(resources, routeKind).inputs.spec).toEqual({
      parentRefs: [{ ...parent, namespace: "gateways", name: "shared", sectionName: "https" }],
      hostnames: ["hello.example.com"],
      rules: [toService("/api", 8000)],
    });
    expect(await valueOf(workload.address)).toBe("https://hello.example.com/api");
  });
});

describe("the service", () => {
  const prefix = "service.beta.kubernetes.io/azure-load-balancer-";
  const probed = { [`${prefix}health-probe-request-path`]: "/ready" };
  const internal = { ...probed, [`${prefix}internal`]: "true" };

  test.each([
    ["ClusterIP", "ClusterIP", { "pulumi.com/skipAwait": "true" }],
    ["InternalLoadBalancer", "LoadBalancer", internal],
    ["PublicLoadBalancer", "LoadBalancer", probed],
  ] as const)("of type %s is a %s, annotated with %j", async (serviceType, type, annotations) => {
    const { metadata, spec } = (await create({ serviceType, servicePort: 8000 })).inputs("service");
    expect(metadata.annotations).toEqual(annotations);
    expect(spec).toEqual({
      type,
      selector,
      ports: [{ name: "http", port: 8000, targetPort: "http", protocol: "TCP", appProtocol: "http" }],
    });
  });

  test("is probed by the load balancer at the readiness path, unless an annotation names another path", async () => {
    const annotations = async (more: object) =>
      (await create({ serviceType: "PublicLoadBalancer", ...more })).inputs("service").metadata.annotations;
    expect(await annotations({ readiness: { path: "/started" } })).toEqual({
      [`${prefix}health-probe-request-path`]: "/started",
    });
    const own = { [`${prefix}health-probe-request-path`]: "/lb" };
    expect(await annotations({ serviceAnnotations: own })).toEqual(own);
  });

  test.each([
    [{}, "hello.apps.svc:80"],
    [{ servicePort: 8000 }, "hello.apps.svc:8000"],
    [{ serviceType: "PublicLoadBalancer" }, "http://203.0.113.7"],
    [{ serviceType: "InternalLoadBalancer", servicePort: 8000 }, "http://203.0.113.7:8000"],
  ] as const)("with %j answers at %s", async (more, address) => {
    const { workload, resources } = await create(more);
    expect(await valueOf(workload.address)).toBe(address);
    expect(await valueOf(workload.workloadName)).toBe("hello");
    expect(only(resources, "tarmac:kubernetes:Workload").outputs).toEqual({ workloadName: "hello", address });
  });
});

describe("the address of a load balancer", () => {
  test("is a host name if there is no IP address", () => {
    expect(loadBalancerUrl("hello", { loadBalancer: { ingress: [{ hostname: "hello.example" }] } }, 80)).toBe(
      "http://hello.example",
    );
  });

  test.each([
    undefined,
    {},
    { loadBalancer: {} },
    { loadBalancer: { ingress: [] } },
    { loadBalancer: { ingress: [{}] } },
  ])("if missing, is an error that says how to find out why: %j", (status) => {
    expect(() => loadBalancerUrl("hello", status, 80)).toThrow(
      'the load balancer of Service "hello" has no address, usually because of a quota of public addresses: see "kubectl describe service hello"',
    );
  });
});

test("has the given labels beside those that select its pods", async () => {
  const { inputs } = await create({ labels: { team: "a" } });
  for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
    expect(inputs(kind).metadata.labels).toEqual({ team: "a", ...selector });
  }
});

test("is deleted with the cluster and created through its provider", async () => {
  const cloud = await mockCloud();
  const provider = new Provider("of-cluster", { kubeconfig: "{}" });
  const cluster = new ConfigMap("cluster", {}, { provider });
  new Workload("hello", { namespace: "apps", image }, { provider, deletedWith: cluster });
  const resources = await cloud.settled();
  for (const kind of Object.values(kinds)) {
    expect(only(resources, kind)).toMatchObject({
      provider: "pulumi:providers:kubernetes::of-cluster",
      deletedWith: "kubernetes:core/v1:ConfigMap::cluster",
    });
  }
});

test("previews the same resources, with an image that is not built and an address that is unknown", async () => {
  const more = { image: pending<string>(), serviceType: "PublicLoadBalancer" } as const;
  const { workload, resources, inputs } = await create(more, {}, true);
  expect(labels(resources)).toEqual(everything);
  expect(inputs("deployment").spec).toMatchObject({ template: { spec: { containers: [{ image: unknown }] } } });
  expect(await valueOf(workload.address)).toBe(unknown);
});

test("refuses bad arguments before anything is registered, all at once", async () => {
  const cloud = await mockCloud();
  const bad = { image: "hello:latest", replicas: 0, port: 80 };
  expect(refusal(() => new Workload("Hello", { namespace: "apps", ...bad }))).toEqual([
    'name: "Hello" is not an app name: use 1 to 30 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "hello-api"',
    'image: "hello:latest" has no registry host, so nodes would pull it from Docker Hub: use HOST/REPOSITORY:TAG@DIGEST, e.g. myregistry.azurecr.io/hello:1.4.2@sha256:...',
    "replicas: 0 is out of range: use a whole number from 1 to 1000",
    "port: 80 is out of range: use a whole number from 1024 to 65535",
  ]);
  expect(await cloud.settled()).toEqual([]);
});

describe("an identity", () => {
  test("is named by the ServiceAccount and labels the pods, still without a token for Kubernetes", async () => {
    const { inputs } = await create({ identity: { clientId: "client" } });
    expect(inputs("account")).toMatchObject({
      metadata: { annotations: { "azure.workload.identity/client-id": "client" } },
      automountServiceAccountToken: false,
    });
    const { template, selector: chosen } = inputs("deployment").spec as {
      template: { metadata: { labels: object }; spec: { automountServiceAccountToken: boolean } };
      selector: object;
    };
    expect(template.metadata.labels).toEqual({ ...selector, "azure.workload.identity/use": "true" });
    expect(template.spec.automountServiceAccountToken).toBe(false);
    // The selector of a Deployment cannot be changed: with or without an identity it is the same.
    expect(chosen).toEqual({ matchLabels: selector });
  });

  test("is absent by default", async () => {
    const { inputs } = await create();
    expect(inputs("account").metadata).not.toHaveProperty("annotations");
    expect(JSON.stringify(inputs("deployment"))).not.toContain("azure.workload.identity");
  });
});
