import * as pulumi from "@pulumi/pulumi";
import { ExistingRegistry, orSayWhere, type ExistingRegistryArgs } from "../../../components/existingRegistry.ts";
import { subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, refusal, secret, valueOf } from "../pulumiMocks.ts";

const component = "tarmac:azure:ExistingRegistry::hello";
const elsewhere = "00000000-0000-0000-0000-0000000000ff";

async function find(args: Partial<ExistingRegistryArgs> = {}, preview = false) {
  const cloud = await mockCloud({ preview });
  const registry = new ExistingRegistry("hello", { registryName: "contoso", resourceGroupName: "shared", ...args });
  return { registry, cloud };
}

test.each([false, true])(
  "looks the registry up and creates nothing, in an update and a preview: %s",
  async (preview) => {
    const { registry, cloud } = await find({}, preview);
    expect(labels(await cloud.settled())).toEqual([component]);
    expect(cloud.calls).toEqual([
      {
        token: "azure-native:resources:getResource",
        inputs: {
          ...{ apiVersion: "2025-11-01", resourceProviderNamespace: "Microsoft.ContainerRegistry" },
          ...{ resourceType: "registries", parentResourcePath: "" },
          ...{ resourceGroupName: "shared", resourceName: "contoso" },
        },
      },
    ]);
    expect(await valueOf(registry.id)).toBe(
      `${subscription}/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/contoso`,
    );
    expect(await valueOf(registry.loginServer)).toBe("contoso.azurecr.io");
  },
);

test.each([
  ["contoso", "classic"],
  ["contosoabac", "abac"],
])("reads the role mode of %s: %s", async (registryName, mode) => {
  const { registry, cloud } = await find({ registryName });
  await cloud.settled();
  expect(await valueOf(registry.roleMode)).toBe(mode);
});

test("looks it up in another subscription, with everything else as configured", async () => {
  const cloud = await mockCloud();
  pulumi.runtime.setAllConfig({
    "azure-native:tenantId": "tenant",
    "azure-native:useOidc": "true",
    "azure-native:clientSecret": "hidden",
    "azure-native:subscriptionId": "the stack's",
  });
  new ExistingRegistry("hello", { registryName: "contoso", resourceGroupName: "shared", subscriptionId: elsewhere });
  const provider = only(await cloud.settled(), "pulumi:providers:azure-native");
  expect(provider).toMatchObject({ name: "hello-registry", parent: component });
  expect(provider.inputs).toMatchObject({
    ...{ subscriptionId: elsewhere, tenantId: "tenant", useOidc: "true", clientSecret: secret("hidden") },
  });
  pulumi.runtime.setAllConfig({});
});

test("a missing one fails the update, and the message says where it was looked up and how to find it", async () => {
  const args = { registryName: "contoso", resourceGroupName: "shared" };
  const refused = Promise.reject(new Error("contoso was not found."));
  const found = orSayWhere(args, refused);
  await expect(found).rejects.toBeInstanceOf(pulumi.RunError);
  await expect(found).rejects.toThrow(
    'cannot read the registry "contoso" in resource group "shared" of the stack\'s subscription: contoso was not found.\n' +
      "Find it with: az acr show --name contoso --query id. Correct tarmac:existingRegistry, tarmac:existingRegistryGroup, and " +
      "tarmac:existingRegistrySubscription. The deploying identity needs the role Reader there.",
  );
  await expect(orSayWhere({ ...args, subscriptionId: elsewhere }, refused)).rejects.toThrow(
    `resource group "shared" of the subscription ${elsewhere}: contoso was not found.`,
  );
  expect(await orSayWhere(args, Promise.resolve("there"))).toBe("there");
});

test("refuses what cannot be such a registry's name, group or subscription", async () => {
  const cloud = await mockCloud();
  const args = { registryName: "contoso.azurecr.io", resourceGroupName: "a/b", subscriptionId: "production" };
  expect(refusal(() => new ExistingRegistry("hello", args)).map((problem) => problem.split(":")[0])).toEqual([
    "registryName",
    "resourceGroupName",
    "subscriptionId",
  ]);
  expect(await cloud.settled()).toEqual([]);
});
