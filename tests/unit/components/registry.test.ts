import { Registry } from "../../../components/registry.ts";
import { labels, mockCloud, only, refusal, unknown, valueOf } from "../pulumiMocks.ts";
import { subscription } from "../providerAnswers.ts";

const azureRegistry = "azure-native:containerregistry:Registry";

async function create(args: Partial<ConstructorParameters<typeof Registry>[1]> = {}, preview = false) {
  const cloud = await mockCloud({ preview });
  const registry = new Registry("hello-api", { resourceGroupName: "group", ...args });
  return { registry, resources: await cloud.settled() };
}

test("is a registry in a component, and nothing else", async () => {
  const { resources } = await create();
  expect(labels(resources)).toEqual([`${azureRegistry}::helloapi`, "tarmac:azure:Registry::hello-api"]);
  expect(only(resources, azureRegistry)).toMatchObject({ parent: "tarmac:azure:Registry::hello-api", aliases: [] });
});

test("lets nobody in by password or without a name", async () => {
  const { resources } = await create();
  expect(only(resources, azureRegistry).inputs).toMatchObject({ adminUserEnabled: false, anonymousPullEnabled: false });
});

test("is the smallest SKU, with a name of Azure's making", async () => {
  const { inputs } = only((await create()).resources, azureRegistry);
  expect(inputs.sku).toEqual({ name: "Basic" });
  expect(inputs).not.toHaveProperty("registryName");
});

test("takes name, SKU, region and tags", async () => {
  const tags = { app: "hello" };
  const { resources } = await create({ registryName: "contosohello", sku: "Premium", location: "northeurope", tags });
  expect(only(resources, azureRegistry).inputs).toMatchObject({
    ...{ resourceGroupName: "group", registryName: "contosohello", location: "northeurope", tags },
    sku: { name: "Premium" },
  });
});

test("says by which host, name and id it is reached", async () => {
  const { registry, resources } = await create({ registryName: "ContosoHello" });
  const id = `${subscription}/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/ContosoHello`;
  const outputs = { id, registryName: "ContosoHello", loginServer: "contosohello.azurecr.io" };
  expect(await valueOf(registry.id)).toBe(id);
  expect(await valueOf(registry.registryName)).toBe(outputs.registryName);
  expect(await valueOf(registry.loginServer)).toBe(outputs.loginServer);
  expect(only(resources, "tarmac:azure:Registry").outputs).toEqual(outputs);
});

test("is not known by host in a preview that would create it", async () => {
  const { registry, resources } = await create({}, true);
  expect(labels(resources)).toEqual([`${azureRegistry}::helloapi`, "tarmac:azure:Registry::hello-api"]);
  expect(await valueOf(registry.loginServer)).toBe(unknown);
  expect(await valueOf(registry.id)).toBe(unknown);
});

test.each([true, false, undefined])("is protected when the component is: %s", async (protect) => {
  const cloud = await mockCloud();
  new Registry("hello", { resourceGroupName: "group" }, { protect });
  expect(only(await cloud.settled(), azureRegistry).protect).toBe(protect);
});

test("refuses a name that Azure would refuse, before anything is registered", async () => {
  const cloud = await mockCloud();
  expect(refusal(() => new Registry("hello", { resourceGroupName: "group", registryName: "contoso-hello" }))).toEqual([
    'registryName: "contoso-hello" is not a registry name: Azure takes 5 to 50 letters and digits and nothing else, e.g. "contosohello"',
  ]);
  expect(await cloud.settled()).toEqual([]);
});
