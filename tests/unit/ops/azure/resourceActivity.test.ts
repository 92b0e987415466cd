import { activityOf } from "../../../../ops/azure/resourceActivity.ts";
import { signIn } from "../../../../ops/azure/signIn.ts";
import { type Clients, type Environment, arm, armToken, startWithGroup } from "../../local/azure/testAzure.ts";

// The test starts a simulated Azure first.
jest.setTimeout(60_000);

let environment: Environment;
let azure: Clients;
let group: string;
let env: NodeJS.ProcessEnv;
let settings: { metadataHost: string };

beforeAll(async () => {
  ({ environment, azure, group } = await startWithGroup());
  const { deployer, endpoint } = environment.azure;
  settings = { metadataHost: endpoint.replace("https://", "") };
  env = {
    ...{ ARM_TENANT_ID: deployer.tenantId, ARM_SUBSCRIPTION_ID: deployer.subscriptionId },
    ...{ ARM_CLIENT_ID: deployer.clientId, ARM_CLIENT_SECRET: deployer.clientSecret },
  };
});
afterAll(() => environment.stop());

test("names who changed a resource, the newest change first", async () => {
  const { objectId } = environment.azure.deployer;
  const signedIn = await signIn(settings, env);
  const since = new Date(Date.now() - 60_000).toISOString();
  await azure.resources.resourceGroups.createOrUpdate("rg", { location: "swedencentral", tags: { stack: "mine" } });
  const operation = "Microsoft.Resources/subscriptions/resourceGroups/write";
  const events = await activityOf(signedIn, group, since);
  expect(events).toEqual(Array(2).fill({ caller: objectId, operation, time: expect.any(String) as string }));
  expect(events[0] && events[1] && events[0].time >= events[1].time).toBe(true);
  // Entries from before the last update are left out.
  expect(await activityOf(signedIn, group, new Date(Date.now() + 60_000).toISOString())).toEqual([]);
  expect(await activityOf(signedIn, `${group}x`, undefined)).toEqual([]);
});

test("needs a filter that begins with a time", async () => {
  const { subscriptionId } = environment.azure.deployer;
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values`;
  expect(await arm(environment.azure, "GET", path, "2015-04-01")).toMatchObject({ status: 400, code: "BadRequest" });
});

test.each(["resourceUri le 'x'", "eventTimestamp eq '2026-01-01'", "caller eq 'me'"])(
  "refuses the filter %s",
  async (condition) => {
    const { deployer, endpoint } = environment.azure;
    const url = new URL(
      `${endpoint}/subscriptions/${deployer.subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values`,
    );
    const filter = `eventTimestamp ge '${new Date().toISOString()}' and ${condition}`;
    url.search = new URLSearchParams({ "api-version": "2015-04-01", $filter: filter }).toString();
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${await armToken(environment.azure)}` } });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(condition)]);
  },
);

test("names nobody whose request was refused, or who deleted what did not exist", async () => {
  const registries = `${group}/providers/Microsoft.ContainerRegistry/registries`;
  const lock = `${group}/providers/Microsoft.Authorization/locks/keep`;
  const signedIn = await signIn(settings, env);
  await arm(environment.azure, "DELETE", `${registries}/nobody`, "2025-11-01");
  expect(await activityOf(signedIn, `${registries}/nobody`, undefined)).toEqual([]);
  await arm(environment.azure, "PUT", lock, "2020-05-01", { properties: { level: "CanNotDelete" } });
  await arm(environment.azure, "PUT", `${registries}/kept0`, "2025-11-01", {
    ...{ location: "swedencentral", sku: { name: "Basic" }, properties: {} },
  });
  const refused = [
    await arm(environment.azure, "DELETE", `${registries}/kept0`, "2025-11-01"),
    await arm(environment.azure, "POST", `${registries}/kept0/importImage`, "2025-11-01", { source: {} }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([409, 400]);
  await arm(environment.azure, "DELETE", lock, "2020-05-01");
  const events = await activityOf(signedIn, `${registries}/kept0`, undefined);
  expect(events.map(({ operation }) => operation)).toEqual(["Microsoft.ContainerRegistry/registries/write"]);
});

test("says when Azure refuses", async () => {
  const signedIn = await signIn(settings, env);
  await expect(activityOf({ ...signedIn, subscription: "nowhere" }, group, undefined)).rejects.toThrow(
    "Azure answers 400 to the request for its activity log",
  );
});
