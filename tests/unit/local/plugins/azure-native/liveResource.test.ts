import { LiveResource } from "../../../../../local/plugins/azure-native/liveResource.ts";
import { subnet, virtualNetwork } from "../../../../../local/plugins/azure-native/types/networkTypes.ts";
import { resourceGroup } from "../../../../../local/plugins/azure-native/types/resourceGroupTypes.ts";
import { blobService } from "../../../../../local/plugins/azure-native/types/storageTypes.ts";
import { CancelledError, InitializationError } from "../../../../../local/plugins/rpc/engineErrors.ts";
import { Secret } from "../../../../../local/plugins/rpc/wireValues.ts";
import { asked, fakeManager, waiter } from "./fakeManager.ts";
import type { FakeManager } from "./fakeManager.ts";

const id = "/subscriptions/s/resourceGroups/rg";
const live = { id: `${id.toUpperCase()}`, name: "rg", location: "westeurope", tags: { a: "1" } };
const missing = { status: 404, body: { error: { code: "ResourceGroupNotFound", message: "none" } } };
const inputs = { resourceGroupName: "rg", location: "West Europe", tags: new Secret({ a: "1" }) };

let fake: FakeManager;
afterEach(() => fake.close());

it("creates a missing resource and records the service's outputs, with secrets kept secret", async () => {
  fake = await fakeManager({
    [`GET ${id}`]: [missing, { status: 200, body: live }],
    [`PUT ${id}`]: { status: 201, body: { id } },
  });
  const recorded = await new LiveResource(fake.manager, resourceGroup, id).create(inputs, waiter());
  expect(fake.bodies).toEqual([{ location: "West Europe", tags: { a: "1" } }]);
  expect(recorded).toEqual({
    id: live.id,
    outputs: { ...live, tags: new Secret({ a: "1" }), azureApiVersion: "2024-03-01" },
  });
});

it("does not take over an existing resource", async () => {
  fake = await fakeManager({ [`GET ${id}`]: { status: 200, body: live } });
  await expect(new LiveResource(fake.manager, resourceGroup, id).create(inputs, waiter())).rejects.toThrow(
    `cannot create already existing resource '${id}'`,
  );
  expect(fake.requests).toHaveLength(1);
});

it("creates a resource that always exists by updating it", async () => {
  const service = `${id}/providers/Microsoft.Storage/storageAccounts/state/blobServices/default`;
  const body = { id: service, name: "default", properties: { isVersioningEnabled: true } };
  fake = await fakeManager({ [`GET ${service}`]: { status: 200, body }, [`PUT ${service}`]: { status: 200, body } });
  const recorded = await new LiveResource(fake.manager, blobService, service).create(
    { isVersioningEnabled: true },
    waiter(),
  );
  expect(fake.bodies).toEqual([{ properties: { isVersioningEnabled: true } }]);
  expect(recorded).toMatchObject({ id: service, outputs: { isVersioningEnabled: true } });
});

describe("an operation that was accepted and failed", () => {
  const failed = { status: 200, body: { status: "Failed", error: { code: "X", message: "broken" } } };
  const accepted = { status: 201, body: {}, headers: { "azure-asyncoperation": "/operations/1", "retry-after": "0" } };

  it("leaves the resource in the state with the reason", async () => {
    fake = await fakeManager({
      [`GET ${id}`]: [missing, { status: 200, body: live }],
      [`PUT ${id}`]: accepted,
      "GET /operations/1": failed,
    });
    const error: unknown = await new LiveResource(fake.manager, resourceGroup, id)
      .create(inputs, waiter())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InitializationError);
    expect(error).toMatchObject({ id: live.id, inputs, reasons: ['Status=200 Code="X" Message="broken"'] });
  });

  it("is only an error if the resource does not exist", async () => {
    fake = await fakeManager({ [`GET ${id}`]: missing, [`PUT ${id}`]: accepted, "GET /operations/1": failed });
    const failure = new LiveResource(fake.manager, resourceGroup, id).create(inputs, waiter());
    await expect(failure).rejects.not.toBeInstanceOf(InitializationError);
    await expect(failure).rejects.toThrow('Code="X" Message="broken"');
  });

  it("is recorded as in progress when the wait is interrupted", async () => {
    fake = await fakeManager({
      [`GET ${id}`]: [missing, { status: 200, body: live }],
      [`PUT ${id}`]: accepted,
      "GET /operations/1": { status: 200, body: { status: "InProgress" } },
    });
    const stop = new AbortController();
    void asked(fake, "GET /operations/1").then(() => stop.abort(new CancelledError("cancelled")));
    const error: unknown = await new LiveResource(fake.manager, resourceGroup, id)
      .create(inputs, waiter(stop.signal))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "InitializationError",
      reasons: [
        "creating was interrupted here, but the operation continues in the cloud; 'pulumi refresh' shows its result",
      ],
    });
  });
});

describe("lists that other resources add to", () => {
  const network = `${id}/providers/Microsoft.Network/virtualNetworks/n`;
  const subnets = [{ name: "pods", properties: { addressPrefix: "10.0.0.0/24" } }];

  it("start empty and are kept as they are", async () => {
    const body = { id: network, properties: { subnets, virtualNetworkPeerings: [] } };
    fake = await fakeManager({
      [`GET ${network}`]: [missing, { status: 200, body }],
      [`PUT ${network}`]: { status: 200, body },
    });
    const resource = new LiveResource(fake.manager, virtualNetwork, network);
    await resource.create({ location: "x" }, waiter());
    await resource.update({ location: "x", tags: { a: "1" } }, waiter());
    expect(fake.bodies).toEqual([
      { location: "x", properties: { subnets: [], virtualNetworkPeerings: [] } },
      { location: "x", tags: { a: "1" }, properties: { subnets, virtualNetworkPeerings: [] } },
    ]);
  });

  it("do not concern other types", async () => {
    const pods = `${network}/subnets/pods`;
    fake = await fakeManager({
      [`PUT ${pods}`]: { status: 200 },
      [`GET ${pods}`]: { status: 200, body: { id: pods } },
    });
    await new LiveResource(fake.manager, subnet, pods).update({ addressPrefix: "10.0.0.0/24" }, waiter());
    expect(fake.requests.map((line) => line.split(" ")[0])).toEqual(["PUT", "GET"]);
  });
});
