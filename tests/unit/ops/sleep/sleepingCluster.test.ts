import { clusterPower, type PoweredCluster } from "../../../../ops/azure/clusterPower.ts";
import {
  Asleep,
  asleepText,
  refuseSleeping,
  sleepingCluster,
  wakeForUpdate,
} from "../../../../ops/sleep/sleepingCluster.ts";
import { type Clients, type Environment, roleGuids, startWithGroup } from "../../local/azure/testAzure.ts";
import { giveRole, newIdentity } from "../../local/azure/principals.ts";

// A cluster is created first.
jest.setTimeout(60_000);

let environment: Environment;
let azure: Clients;
let env: NodeJS.ProcessEnv;
let settings: { app: string; metadataHost: string };

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
  const { deployer, endpoint } = environment.azure;
  settings = { app: "hello", metadataHost: endpoint.replace("https://", "") };
  env = {
    ...{ ARM_TENANT_ID: deployer.tenantId, ARM_SUBSCRIPTION_ID: deployer.subscriptionId },
    ...{ ARM_CLIENT_ID: deployer.clientId, ARM_CLIENT_SECRET: deployer.clientSecret },
  };
  const control = await newIdentity(environment.azure, "control");
  const kubelet = await newIdentity(environment.azure, "kubelet");
  await giveRole(environment.azure, kubelet.id, control.principalId, roleGuids.managedIdentityOperator);
  await azure.clusters.managedClusters.createOrUpdate("rg", "aks", {
    ...{ location: "swedencentral", dnsPrefix: "test", tags: { app: "hello", stack: "dev", "managed-by": "tarmac" } },
    identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
    identityProfile: { kubeletidentity: { resourceId: kubelet.id } },
    agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D2s_v5" }],
  });
});
afterAll(() => environment.stop());

test("a cluster is stopped and started, and repeating that is not an error", async () => {
  const power = await clusterPower(settings, env);
  const only = async () => {
    const [cluster] = await power.list();
    if (cluster === undefined) throw new Error("there is none");
    return cluster;
  };
  expect(await only()).toMatchObject({ name: "aks", resourceGroup: "rg", power: "running" });
  await power.start(await only());
  await power.stop(await only());
  await power.stop(await only());
  expect((await only()).power).toBe("stopped");
});

test("commands learn that it sleeps before they connect", async () => {
  expect(await sleepingCluster("acme/tarmac/dev", settings, env)).toMatchObject({ name: "aks", power: "stopped" });
  expect(await sleepingCluster("prod", settings, env)).toBeUndefined();
  expect(await sleepingCluster("dev", { ...settings, app: "other" }, env)).toBeUndefined();
  await expect(refuseSleeping("dev", settings, env)).rejects.toEqual(
    new Asleep("dev sleeps: its cluster aks is stopped. Wake it: npx tarmac sandbox wake dev"),
  );
  await refuseSleeping("prod", settings, env);
});

test("an update wakes it", async () => {
  const said: string[] = [];
  expect(await wakeForUpdate("dev", { ...settings, app: "other" }, (line) => said.push(line), env)).toBe(false);
  expect(await wakeForUpdate("dev", settings, (line) => said.push(line), env)).toBe(true);
  expect(said).toEqual(["dev sleeps: starting its cluster aks, which takes some minutes"]);
  expect(await wakeForUpdate("dev", settings, (line) => said.push(line), env)).toBe(false);
});

test("unreachable Azure stops no command", async () => {
  expect(await sleepingCluster("dev", settings, {})).toBeUndefined();
});

test.each([
  ["starting", "is being started"],
  ["stopping", "is being stopped"],
] as const)("a cluster that is %s does not exist yet", async (power, words) => {
  const cluster: PoweredCluster = {
    ...{ name: "aks", resourceGroup: "rg", power },
    tags: { app: "hello", stack: "dev", "managed-by": "tarmac" },
  };
  const list = () => Promise.resolve({ list: () => Promise.resolve([cluster]) });
  expect(await sleepingCluster("dev", settings, env, list)).toBe(cluster);
  expect(asleepText("dev", cluster)).toContain(`its cluster aks ${words}.`);
});
