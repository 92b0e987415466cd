import { createServer, type Server } from "node:net";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import type { ManagedCluster } from "@azure/arm-containerservice";
import { managedClusterType } from "../../../../local/azure/resourceTypes/managedCluster.ts";
import { type Clients, type Environment, roleGuids, simulation, startWithGroup } from "./testAzure.ts";
import { giveRole, type Identity, newIdentity } from "./principals.ts";

let environment: Environment;
let azure: Clients;
let control: Identity;
let kubelet: Identity;
/** A stand-in for the local Kubernetes' API server. */
let api: Server;

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup({ clusterApis: 1 }));
  control = await newIdentity(environment.azure, "control");
  kubelet = await newIdentity(environment.azure, "kubelet");
  await giveRole(environment.azure, kubelet.id, control.principalId, roleGuids.managedIdentityOperator);
  api = createServer((socket) => void socket.end("the API server"));
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  environment.kubernetes.apiPort = (api.address() as AddressInfo).port;
  await azure.clusters.managedClusters.createOrUpdate("rg", "aks", cluster());
});
afterAll(async () => {
  await environment.stop();
  await new Promise((resolve) => api.close(resolve));
});

const cluster = (): ManagedCluster => ({
  location: "swedencentral",
  dnsPrefix: "test",
  tags: { stack: "dev" },
  identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
  identityProfile: { kubeletidentity: { resourceId: kubelet.id } },
  agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D2s_v5" }],
});

const decode = (value: Uint8Array | undefined) =>
  JSON.parse(Buffer.from(value ?? new Uint8Array()).toString("utf8")) as { port?: number };

async function portOfKubeconfig(): Promise<number> {
  const { kubeconfigs } = await azure.clusters.managedClusters.listClusterAdminCredentials("rg", "aks");
  return decode(kubeconfigs?.[0]?.value).port ?? 0;
}

/** What a client of the API server gets. */
const asked = (port: number) =>
  new Promise<string>((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve(answer));
  });

const stopped = (what: string) => ({
  statusCode: 409,
  code: "OperationNotAllowed",
  message: `managed cluster is in Provisioning State(Succeeded) and Power State(Stopped), ${what} cannot be performed`,
});

it("a cluster's API server has an address of its own, which does not exist while the cluster is stopped, nor do its pods", async () => {
  const { managedClusters } = azure.clusters;
  const port = await portOfKubeconfig();
  expect(port).toBeGreaterThan(0);
  expect(await asked(port)).toBe("the API server");

  await managedClusters.stop("rg", "aks");
  expect(await managedClusters.get("rg", "aks")).toMatchObject({
    provisioningState: "Succeeded",
    powerState: { code: "Stopped" },
    agentPoolProfiles: [{ powerState: { code: "Stopped" } }],
  });
  expect(await asked(port)).toBe("ECONNREFUSED");
  expect([...environment.kubernetes.asleep]).toEqual(["dev"]);
  // It stays so after a restart of the service.
  await environment.restart();
  expect(await asked(port)).toBe("ECONNREFUSED");
});

it("a stopped cluster can be read and deleted, and not changed", async () => {
  const { managedClusters, agentPools } = azure.clusters;
  await expect(managedClusters.createOrUpdate("rg", "aks", cluster())).rejects.toMatchObject(stopped("updating"));
  await expect(managedClusters.updateTags("rg", "aks", { tags: {} })).rejects.toMatchObject(stopped("updating"));
  await expect(
    agentPools.createOrUpdate("rg", "aks", "apps", { mode: "User", count: 1, vmSize: "Standard_D2s_v5" }),
  ).rejects.toMatchObject(stopped("updating agent pool"));
  await expect(agentPools.delete("rg", "aks", "system")).rejects.toMatchObject(stopped("deleting agent pool"));
  await expect(portOfKubeconfig()).rejects.toMatchObject(stopped("listing credentials"));
  await expect(managedClusters.stop("rg", "aks")).rejects.toMatchObject({
    ...{ statusCode: 409, code: "OperationNotAllowed" },
    message: "managed cluster is not currently running, stopping cannot be performed",
  });
});

it("starts again as it was, under the same address", async () => {
  const { managedClusters } = azure.clusters;
  await managedClusters.start("rg", "aks");
  expect(await managedClusters.get("rg", "aks")).toMatchObject({ powerState: { code: "Running" } });
  expect(await asked(await portOfKubeconfig())).toBe("the API server");
  expect([...environment.kubernetes.asleep]).toEqual([]);
  await expect(managedClusters.start("rg", "aks")).rejects.toMatchObject({
    ...{ statusCode: 409, code: "OperationNotAllowed" },
    message:
      "managed cluster is in Provisioning State(Succeeded) and Power State(Running), starting cannot be performed",
  });
  await environment.restart();
  expect(await asked(await portOfKubeconfig())).toBe("the API server");
});

it("takes time, during which nothing else changes the cluster", async () => {
  const { managedClusters } = azure.clusters;
  await simulation(environment.azure, "PUT", "delays", { clusterSeconds: 1 });
  const poller = managedClusters.stop("rg", "aks");
  await poller.submitted();
  expect(await managedClusters.get("rg", "aks")).toMatchObject({ provisioningState: "Stopping" });
  await expect(managedClusters.createOrUpdate("rg", "aks", cluster())).rejects.toMatchObject({
    code: "OperationNotAllowed",
    message: expect.stringContaining("in progress stop managed cluster operation") as string,
  });
  await poller;
});

it("a start may fail, and the cluster then stays stopped", async () => {
  await simulation(environment.azure, "PUT", "delays", {});
  await simulation(environment.azure, "POST", "faults", { kind: "failedProvisioning", type: managedClusterType });
  const { managedClusters } = azure.clusters;
  await expect(Promise.resolve(managedClusters.start("rg", "aks"))).rejects.toThrow();
  expect(await managedClusters.get("rg", "aks")).toMatchObject({
    ...{ provisioningState: "Failed", powerState: { code: "Stopped" } },
  });
});

it("stops even if the local Kubernetes does not answer, and can be deleted while it is stopped", async () => {
  const { managedClusters } = azure.clusters;
  await managedClusters.start("rg", "aks");
  environment.kubernetes.down = true;
  await managedClusters.stop("rg", "aks");
  environment.kubernetes.down = false;
  await managedClusters.delete("rg", "aks");
  await expect(managedClusters.get("rg", "aks")).rejects.toMatchObject({ statusCode: 404 });
});

it("is deleted only after a stop in progress has ended", async () => {
  const { managedClusters } = azure.clusters;
  await managedClusters.createOrUpdate("rg", "aks", cluster());
  await simulation(environment.azure, "PUT", "delays", { clusterSeconds: 1 });
  const slept = jest.spyOn(environment.kubernetes, "sleep");
  const wiped = jest.spyOn(environment.kubernetes, "wipe");
  await managedClusters.stop("rg", "aks").submitted();
  await azure.resources.resourceGroups.delete("rg");
  expect(slept.mock.invocationCallOrder[0]).toBeLessThan(wiped.mock.invocationCallOrder[0] ?? 0);
});
