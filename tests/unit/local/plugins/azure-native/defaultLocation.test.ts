import { DefaultLocations } from "../../../../../local/plugins/azure-native/defaultLocation.ts";
import { unknown } from "../../../../../local/plugins/rpc/wireValues.ts";
import { fakeManager, waiter } from "./fakeManager.ts";
import type { FakeManager } from "./fakeManager.ts";

const settings = { metadataHost: "localhost", tenantId: "t", clientId: "c", clientSecret: "x", subscriptionId: "s" };

let fake: FakeManager;
beforeEach(async () => {
  fake = await fakeManager({
    "GET /subscriptions/s/resourceGroups/rg": { status: 200, body: { location: "westeurope" } },
  });
});
afterEach(() => fake.close());

it("is the existing one, or else the configured one", async () => {
  const configured = new DefaultLocations(fake.manager, { ...settings, location: "northeurope" });
  expect(await configured.find({ location: "old" }, {}, waiter())).toBe("old");
  expect(await configured.find({}, { resourceGroupName: "rg" }, waiter())).toBe("northeurope");
});

it("otherwise is the resource group's, which is read once", async () => {
  const locations = new DefaultLocations(fake.manager, settings);
  expect(await locations.find({}, { resourceGroupName: "rg" }, waiter())).toBe("westeurope");
  expect(await locations.find({}, { resourceGroupName: "rg" }, waiter())).toBe("westeurope");
  expect(fake.requests).toHaveLength(1);
});

it("is unknown while the group's name is unknown, and missing if there is no group", async () => {
  const locations = new DefaultLocations(fake.manager, settings);
  expect(await locations.find({}, { resourceGroupName: unknown }, waiter())).toBe(unknown);
  expect(await locations.find({}, { resourceGroupName: "misspelt" }, waiter())).toBeUndefined();
  expect(await locations.find({}, {}, waiter())).toBeUndefined();
});
