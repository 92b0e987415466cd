/** The provider of the package, as Pulumi's engine calls it. */
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "@pulumi/pulumi";
import { componentProvider } from "../../../plugin/componentProvider.ts";
import { packageComponents } from "../../../plugin/packageComponents.ts";
import { guid } from "../providerAnswers.ts";
import { labels, mockCloud, only, secret, valueOf, type CloudOptions } from "../pulumiMocks.ts";

const provider = componentProvider();
const service = "tarmac:index:NodeService";
const location = "swedencentral";

const fetched = jest
  .spyOn(globalThis, "fetch")
  .mockImplementation(() => Promise.resolve(new Response(JSON.stringify({ refresh_token: "refresh" }))));
afterAll(() => fetched.mockRestore());

async function construct(type: string, inputs: Inputs, options: CloudOptions = {}) {
  const cloud = await mockCloud(options);
  const made = await provider.construct?.("shop", type, inputs, {});
  return { state: made?.state as Record<string, pulumi.Output<unknown>>, resources: await cloud.settled() };
}

/** Every problem, as `PATH: REASON`; nothing was registered. */
async function refused(type: string, inputs: Inputs, options: CloudOptions = {}): Promise<string[]> {
  const cloud = await mockCloud(options);
  const error: unknown = await provider.construct?.("shop", type, inputs, {}).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(await cloud.settled()).toEqual([]);
  if (pulumi.InputPropertyError.isInstance(error)) return [`${error.propertyPath}: ${error.reason}`];
  if (pulumi.InputPropertiesError.isInstance(error))
    return (error.errors ?? []).map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
  throw error as Error;
}

const notKnown = <T>() => pulumi.output(pulumi.unknown as unknown as T);

it("has a component for every resource of its schema, and no other", () => {
  const { resources, version } = JSON.parse(provider.schema ?? "") as { resources: object; version: string };
  expect(Object.keys(packageComponents).sort()).toEqual(Object.keys(resources).sort());
  expect(provider.version).toBe(version);
});

it("refuses a type that it does not have", async () => {
  await expect(provider.construct?.("shop", "tarmac:azure:Clutser", {}, {})).rejects.toThrow(
    '"tarmac:azure:Clutser" is not a component of this package; did you mean "tarmac:azure:Cluster"?',
  );
});

describe("a service", () => {
  it("is created with every output that the schema promises", async () => {
    const { state, resources } = await construct(service, { location, replicas: 2 });
    expect(labels(resources)).toContain("tarmac:kubernetes:Workload::shop");
    const { url = pulumi.output(""), kubeconfig = pulumi.output("") } = state;
    expect(await valueOf(url)).toBe("shop.shop.svc:80");
    expect(await pulumi.isSecret(kubeconfig)).toBe(true);
    expect(Object.keys(state)).toContain("appIdentityObjectId");
  });

  it("replaces defaults that a language's package fills in for missing values", async () => {
    const { resources } = await construct(service, { location, replicas: 3, autoscale: { min: 2, max: 4 } });
    expect(labels(resources)).toContain("kubernetes:autoscaling/v2:HorizontalPodAutoscaler::shop");
  });

  it("keeps secrets secret, including a map that is secret as a whole", async () => {
    const secretValues = pulumi.secret({ TOKEN: "t0ken" });
    const { resources } = await construct(service, { location, secretValues });
    const { stringData } = only(resources, "kubernetes:core/v1:Secret", "shop-secret").inputs;
    expect(stringData).toEqual(secret({ TOKEN: "t0ken" }));
  });

  it("previews without secrets that are unknown", async () => {
    const secretValues = notKnown<Record<string, string>>();
    const { resources } = await construct(service, { location, secretValues }, { preview: true });
    expect(labels(resources)).toContain("kubernetes:apps/v1:Deployment::shop");
  });

  it("unwraps plain arguments that arrive as known outputs, also inside others", async () => {
    const inputs = { location: pulumi.output(location), tags: { team: pulumi.output("shop") }, replicas: 2 };
    const { resources } = await construct(service, inputs);
    expect(only(resources, "azure-native:resources:ResourceGroup").inputs).toMatchObject({ tags: { team: "shop" } });
  });
});

describe("refuses, before anything is registered:", () => {
  it.each<[string, Inputs, string]>([
    ["a value", { replicas: 0 }, "replicas: 0 is out of range: use a whole number from 1 to 1000"],
    ["a misspelled argument", { replica: 2 }, 'replica: is not an argument; did you mean "replicas"?'],
    ["an unknown value of a plain argument", { replicas: notKnown<number>() }, "replicas: the value is not known yet"],
    [
      "a secret in a place that the state shows",
      { owner: pulumi.secret("me") },
      "owner: the value is secret, but this argument is not",
    ],
    [
      "a bad value inside a secret",
      { secretValues: { PORT: pulumi.secret("80") } },
      "secretValues: the name of entry 1 of 1 is invalid",
    ],
    ["a bad kubeconfig", { kubeconfig: pulumi.secret("path/to/file") }, "kubeconfig: the value is not a kubeconfig"],
    ["an unknown kubeconfig", { kubeconfig: notKnown<string>() }, "kubeconfig: the value is an output of a resource"],
  ])("%s", async (_, inputs, message) => {
    const problems = await refused(service, { location, ...inputs });
    expect(problems.join("\n")).toContain(message);
  });

  it("unknown properties of nested arguments, by their path", async () => {
    const problems = await refused("tarmac:azure:Cluster", {
      ...{ resourceGroupName: "shop", controlPlane: { id: "a" }, kubelet: { id: "b", objectId: "c", clientId: "d" } },
      systemPool: { vmSize: "Standard_D4ads_v6", cuont: 1 },
    });
    expect(problems).toEqual([
      'systemPool.cuont: is not an argument; did you mean "count"?; remove it or correct its name',
    ]);
  });
});

describe("the single components", () => {
  it("accept an object of outputs as one output of another component, known or not", async () => {
    const ids = { id: "/identities/a", objectId: "o", clientId: "c" };
    for (const kubelet of [pulumi.output(ids), pulumi.secret(ids), notKnown<typeof ids>(), ids]) {
      const { resources } = await construct("tarmac:azure:Cluster", {
        ...{ resourceGroupName: "shop", location, controlPlane: { id: "/identities/b" }, kubelet },
        systemPool: { vmSize: "Standard_D4ads_v6", count: 1 },
      });
      expect(labels(resources)).toContain("azure-native:containerservice:ManagedCluster::shop");
    }
  });

  it("leave out members that an object of outputs does not have", async () => {
    const id = `/subscriptions/${guid("s")}/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/a`;
    const registries = { own: pulumi.output({ id }) };
    const { resources } = await construct("tarmac:azure:PullAccess", { kubeletObjectId: "o", registries });
    // Of both modes, because the registry's is not given.
    expect(resources.filter(({ type }) => type === "azure-native:authorization:RoleAssignment")).toHaveLength(2);
  });

  it("accept lists and maps", async () => {
    const { resources } = await construct("tarmac:kubernetes:Workload", {
      ...{ namespace: "shop", image: pulumi.output(`r.example.com/a:1@sha256:${"0".repeat(64)}`) },
      ...{ imagePullSecrets: ["one"], egressTo: [pulumi.output("web")], environment: { A: pulumi.output("b") } },
      ...{ requests: null, writablePaths: { "/var/cache": { size: "1Mi", memory: true } } },
    });
    expect(labels(resources)).toContain("kubernetes:apps/v1:Deployment::shop");
  });
});
