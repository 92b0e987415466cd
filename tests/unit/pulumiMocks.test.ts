import * as pulumi from "@pulumi/pulumi";
import { mockCloud, only, refusal, secret, unknown, valueOf } from "./pulumiMocks.ts";

class Thing extends pulumi.CustomResource {
  declare readonly metadata: pulumi.Output<{ uid: string }>;
  declare readonly status: pulumi.Output<unknown>;
  constructor(type: string, name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super(type, name, { status: undefined, ...inputs, metadata: { name } }, opts);
  }
}

test("records a resource as the engine receives it", async () => {
  const cloud = await mockCloud();
  const first = new Thing("kubernetes:core/v1:ConfigMap", "first", {
    data: { user: "u", password: pulumi.secret("p") },
  });
  const second = new Thing(
    "kubernetes:core/v1:ConfigMap",
    "second",
    { data: { uid: first.metadata.uid } },
    { deletedWith: first, protect: true, ignoreChanges: ["data"], aliases: [{ name: "old" }], parent: first },
  );
  const resources = await cloud.settled();
  expect(only(resources, "kubernetes:core/v1:ConfigMap", "first").inputs.data).toEqual({
    user: "u",
    password: secret("p"),
  });
  expect(only(resources, "kubernetes:core/v1:ConfigMap", "second")).toEqual({
    label: "kubernetes:core/v1:ConfigMap::second",
    type: "kubernetes:core/v1:ConfigMap",
    name: "second",
    inputs: { data: { uid: await valueOf(first.metadata.uid) }, metadata: { name: "second" } },
    parent: "kubernetes:core/v1:ConfigMap::first",
    provider: undefined,
    dependencies: ["kubernetes:core/v1:ConfigMap::first"],
    protect: true,
    deletedWith: "kubernetes:core/v1:ConfigMap::first",
    ignoreChanges: ["data"],
    transforms: [],
    aliases: ["old"],
  });
  expect(await valueOf(second.id)).toBe("second");
});

test("knows only the inputs in a preview", async () => {
  const cloud = await mockCloud({ preview: true });
  const first = new Thing("kubernetes:core/v1:ConfigMap", "first", {});
  new Thing("kubernetes:core/v1:ConfigMap", "second", { data: { id: first.id, status: first.status } });
  const resources = await cloud.settled();
  expect(only(resources, "kubernetes:core/v1:ConfigMap", "second").inputs.data).toEqual({
    id: unknown,
    status: unknown,
  });
  expect(await valueOf(first.id)).toBe(unknown);
});

test("fails a test that calls an unexpected function", async () => {
  const cloud = await mockCloud();
  const args = { resourceGroupName: "hello", registryName: "hello" };
  await expect(pulumi.runtime.invoke("azure-native:containerregistry:listRegistryCredentials", args)).rejects.toThrow();
  await expect(cloud.settled()).rejects.toThrow(
    "unexpected call of azure-native:containerregistry:listRegistryCredentials",
  );
});

describe("fails a test with inputs that the provider would reject", () => {
  test.each([{ preview: false }, { preview: true }])("%j", async (options) => {
    const cloud = await mockCloud(options);
    new Thing("kubernetes:core/v1:Secret", "hello", { stringdata: { password: pulumi.secret("p") } });
    await expect(cloud.settled()).rejects.toThrow(
      'kubernetes:core/v1:Secret::hello:\n  stringdata does not exist; did you mean "stringData"?',
    );
    // Reported once, so that the next test does not fail for it.
    await expect(cloud.settled()).resolves.toHaveLength(1);
  });

  test("including arguments of functions", async () => {
    const cloud = await mockCloud();
    await pulumi.runtime.invoke("azure-native:authorization:getClientToken", { endpont: "https://vault.azure.net" });
    await expect(cloud.settled()).rejects.toThrow(
      'arguments of azure-native:authorization:getClientToken:\n  endpont does not exist; did you mean "endpoint"?',
    );
  });
});

test("fails a test that expects an error from a valid constructor call", () => {
  expect(() => refusal(() => undefined)).toThrow("nothing was refused");
});
