import { activityOf } from "../../../../ops/azure/resourceActivity.ts";
import { signIn } from "../../../../ops/azure/signIn.ts";
import { type Clients, type Environment, arm, startWithGroup } from "../../local/azure/testAzure.ts";

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

test("names who changed a resource, the newest first", async () => {
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

test("says when Azure refuses", async () => {
  const signedIn = await signIn(settings, env);
  await expect(activityOf({ ...signedIn, subscription: "nowhere" }, group, undefined)).rejects.toThrow(
    "Azure answers 400 to the question about its activity log",
  );
});
