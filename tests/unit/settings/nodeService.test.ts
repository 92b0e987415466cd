/** The component that composes a service of all the others, from the settings as arguments. */
import * as pulumi from "@pulumi/pulumi";
import { NodeService } from "../../../settings/service/nodeService.ts";
import type { NodeServiceArgs } from "../../../settings/service/nodeServiceArgs.ts";
import { guid } from "../providerAnswers.ts";
import { labels, mockCloud, only, refusal, secret, unknown, valueOf, type CloudOptions } from "../pulumiMocks.ts";

const component = "tarmac:index:NodeService::shop";
const location = "swedencentral";

const fetched = jest
  .spyOn(globalThis, "fetch")
  .mockImplementation(() => Promise.resolve(new Response(JSON.stringify({ refresh_token: "refresh" }))));
afterAll(() => fetched.mockRestore());

async function create(args: NodeServiceArgs = {}, options: CloudOptions = {}, opts?: pulumi.ComponentResourceOptions) {
  const cloud = await mockCloud(options);
  const service = new NodeService("shop", { location, ...args }, opts);
  return { service, resources: await cloud.settled() };
}

/** Not a value of the type, as programs in other languages may pass it. */
const untyped = (args: Record<string, unknown>) => args as NodeServiceArgs;

const notKnown = () => pulumi.output(pulumi.unknown as unknown as string);

test("creates everything from the registry to the pods, below itself", async () => {
  const { resources } = await create();
  expect(labels(resources).filter((label) => label.startsWith("tarmac:"))).toEqual([
    "tarmac:azure:Cluster::shop",
    "tarmac:azure:ClusterAccess::shop",
    "tarmac:azure:Identities::shop",
    "tarmac:azure:PullAccess::shop",
    "tarmac:azure:Registry::shop",
    "tarmac:docker:AppImage::shop",
    component,
    "tarmac:kubernetes:AppNamespace::shop",
    "tarmac:kubernetes:Workload::shop",
  ]);
  const top = resources.filter(({ parent }) => parent === undefined).map(({ label }) => label);
  expect(top).toEqual([component]);
  expect(only(resources, "azure-native:resources:ResourceGroup")).toMatchObject({ parent: component });
});

test.each<[string, NodeServiceArgs, string[]]>([
  [
    "AKS Automatic with a Gateway, monitoring and an identity of the service",
    {
      ...{ clusterMode: "automatic", hostname: "shop.example.com", gatewayClass: "approuting-istio" },
      ...{ tlsSecret: "shop-tls", managedPrometheus: true, appIdentity: true, registrySku: "Premium" },
    },
    ["azure:AutomaticCluster", "azure:Monitoring", "kubernetes:Gateway", "azure:AppIdentity"],
  ],
  [
    "a network of its own, with private registry and Gateway API",
    {
      ...{ ownNetwork: true, registrySku: "Premium", privateRegistry: true },
      ...{ hostname: "shop.example.com", gatewayClass: "approuting-istio", tlsSecret: "shop-tls" },
    },
    ["azure:Network", "azure:RegistryEndpoint", "azure:ManagedGatewayApi", "kubernetes:Gateway"],
  ],
  [
    "a registry outside Azure, with a pull secret",
    { registryServer: "registry.example.com", registryUsername: "ci", registryPassword: "hunter-22" },
    ["kubernetes:PullSecret"],
  ],
])("creates %s", async (_, args, types) => {
  const { resources } = await create(args);
  for (const type of types) expect(only(resources, `tarmac:${type}`).parent).toBe(component);
});

test("has the outputs of the stack, with the kubeconfig as a secret", async () => {
  const { service } = await create();
  expect(await valueOf(service.url)).toBe("shop.shop.svc:80");
  expect(await valueOf(service.reach)).toBe("kubectl --namespace shop port-forward service/shop 8080:80");
  expect(await valueOf(service.namespaceName)).toBe("shop");
  expect(await valueOf(service.imageReference)).toMatch(/azurecr\.io\/shop:[0-9a-f]{12}@sha256:/);
  expect(await valueOf(service.kubeletObjectId ?? service.url)).toBe(guid("principal shop-kubelet"));
  expect(await valueOf(service.clusterId ?? service.url)).toContain("/Microsoft.ContainerService/managedClusters/");
  expect(service.appIdentityObjectId).toBeUndefined();
  expect(await pulumi.isSecret(service.kubeconfig)).toBe(true);
});

test("previews without knowing Azure's answers", async () => {
  const { service, resources } = await create({ environment: { DATABASE: notKnown() } }, { preview: true });
  expect(await valueOf(service.url)).toBe("shop.shop.svc:80");
  const { env } = containerOf(resources);
  expect(env).toContainEqual({ name: "DATABASE", value: unknown });
});

function containerOf(resources: Awaited<ReturnType<typeof create>>["resources"]) {
  const { spec } = only(resources, "kubernetes:apps/v1:Deployment").inputs as {
    spec: { template: { spec: { containers: [{ env: { name: string; value: unknown }[] }] } } };
  };
  return spec.template.spec.containers[0];
}

test("passes outputs of other resources on as values, and keeps secrets secret", async () => {
  const { resources } = await create({
    environment: { API: pulumi.output("http://api"), MODE: "fast" },
    secretValues: { TOKEN: pulumi.secret("t0ken"), KEY: "plain" },
    configFiles: { "/etc/shop/a.json": pulumi.output("{}"), "/etc/shop/b.json": "[]" },
  });
  const { env } = containerOf(resources);
  expect(env).toContainEqual({ name: "API", value: "http://api" });
  expect(env).toContainEqual({ name: "MODE", value: "fast" });
  const { stringData } = only(resources, "kubernetes:core/v1:Secret", "shop-secret").inputs;
  expect(stringData).toEqual(secret({ KEY: "plain", TOKEN: "t0ken" }));
  expect(JSON.stringify(resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap"))).toContain("[]");
});

test("protects resources that hold data, and passes its own protection on", async () => {
  const { resources } = await create({ protect: true });
  const isProtected = resources.filter((one) => one.protect).map(({ label }) => label);
  expect(isProtected).toEqual(
    expect.arrayContaining([
      "tarmac:azure:Registry::shop",
      "tarmac:azure:Cluster::shop",
      "tarmac:kubernetes:AppNamespace::shop",
    ]),
  );
});

describe("refuses, before anything is registered:", () => {
  const refused = async (args: NodeServiceArgs) => {
    const cloud = await mockCloud({});
    const error = refusal(() => new NodeService("shop", { location, ...args })).join("\n");
    expect(await cloud.settled()).toEqual([]);
    return error;
  };

  test.each<[string, NodeServiceArgs, string]>([
    ["a value", { replicas: 0 }, "replicas: 0 is out of range: use a whole number from 1 to 1000"],
    ["a misspelled argument", untyped({ replica: 2 }), 'replica: is not a setting; did you mean "replicas"?'],
    ["a number instead of a string", untyped({ kubernetesVersion: 1.3 }), "kubernetesVersion: 1.3 is not a string"],
    ["a string instead of a number", untyped({ replicas: "two" }), 'replicas: "two" is not a whole number'],
    ["a combination", { registryReplicas: ["northeurope"] }, "registryReplicas: "],
    ["a secret in a plain argument", { environment: { DB_PASSWORD: "Tr0ub4dor&3" } }, "environment: "],
    [
      "an output that decides what is created",
      untyped({ replicas: pulumi.output(2) }),
      "replicas: the value is an output of a resource, but decides what is created",
    ],
    [
      "an output as a whole map",
      untyped({ environment: pulumi.output({ A: "b" }) }),
      "environment: the value is an output of a resource",
    ],
    [
      "an output inside a plain map",
      untyped({ labels: { team: pulumi.output("a") } }),
      'labels: the value of "team" is an output of a resource',
    ],
  ])("%s", async (_, args, message) => {
    expect(await refused(args)).toContain(message);
  });

  test("several problems at once, each by its name", async () => {
    const message = await refused({ replicas: 0, port: 80 });
    expect(message).toContain("replicas: ");
    expect(message).toContain("port: ");
  });

  test("without showing a secret", async () => {
    expect(await refused({ secretValues: { PORT: "s3cret-value" } })).not.toContain("s3cret-value");
  });
});

test("accepts null for a missing argument, as other languages pass it", async () => {
  const { resources } = await create(untyped({ replicas: null, owner: null }));
  expect(only(resources, "kubernetes:apps/v1:Deployment").inputs).toMatchObject({ spec: { replicas: 3 } });
});
