import type { ManagedCluster } from "@azure/arm-containerservice";
import { defaultVersion, fullVersion } from "../../../../local/azure/resourceTypes/clusterVersions.ts";
import { type Clients, type Environment, eventually, roleGuids, simulation, startWithGroup } from "./testAzure.ts";
import { giveRole, type Identity, newIdentity } from "./principals.ts";

/** The version of a cluster that requests none. */
const newCluster = fullVersion(defaultVersion());

let environment: Environment;
let azure: Clients;
let control: Identity;
let kubelet: Identity;

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
  control = await newIdentity(environment.azure, "control");
  kubelet = await newIdentity(environment.azure, "kubelet");
});
afterAll(() => environment.stop());

function cluster(changes: Partial<ManagedCluster> = {}): ManagedCluster {
  return {
    location: "swedencentral",
    dnsPrefix: "test",
    identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
    identityProfile: { kubeletidentity: { resourceId: kubelet.id } },
    agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D2s_v5" }],
    ...changes,
  };
}

const grant = (scope: string, principalId: string, role: string) =>
  giveRole(environment.azure, scope, principalId, role);

const groups = async () => {
  const names: (string | undefined)[] = [];
  for await (const { name } of azure.resources.resourceGroups.list()) names.push(name);
  return names;
};

const decode = (value: Uint8Array | undefined) =>
  JSON.parse(Buffer.from(value ?? new Uint8Array()).toString("utf8")) as Record<string, unknown>;

describe("managed clusters, through @azure/arm-containerservice", () => {
  it("need Managed Identity Operator on the kubelet identity", async () => {
    await expect(azure.clusters.managedClusters.createOrUpdate("rg", "aks", cluster())).rejects.toMatchObject({
      statusCode: 400,
      code: "CustomKubeletIdentityMissingPermissionError",
    });
    await grant(kubelet.id, control.principalId, roleGuids.managedIdentityOperator);

    const poller = azure.clusters.managedClusters.createOrUpdate("rg", "aks", cluster({ tags: { stack: "one" } }));
    await poller.submitted();
    expect(await azure.clusters.managedClusters.get("rg", "aks")).toMatchObject({
      provisioningState: expect.stringMatching(/Creating|Succeeded/) as string,
    });
    const created = await poller;
    expect(created).toMatchObject({
      provisioningState: "Succeeded",
      powerState: { code: "Running" },
      currentKubernetesVersion: newCluster,
      nodeResourceGroup: "MC_rg_aks_swedencentral",
      identityProfile: {
        kubeletidentity: { resourceId: kubelet.id, objectId: kubelet.principalId, clientId: kubelet.clientId },
      },
      identity: { userAssignedIdentities: { [control.id]: { principalId: control.principalId } } },
      agentPoolProfiles: [{ name: "system", mode: "System", provisioningState: "Succeeded", osDiskSizeGB: 128 }],
      tags: { stack: "one" },
    });
    expect(created.fqdn).toMatch(/^test-[0-9a-f]{8}\.hcp\.swedencentral\.azmk8s\.io$/);
    expect(await groups()).toEqual(["rg", "MC_rg_aks_swedencentral"]);
  });

  it("accept the same PUT again, keep what cannot change, and refuse new inline pools", async () => {
    const { managedClusters } = azure.clusters;
    const before = await managedClusters.get("rg", "aks");
    expect(await managedClusters.createOrUpdate("rg", "aks", cluster({ tags: { stack: "one" } }))).toEqual(
      expect.objectContaining({
        fqdn: before.fqdn,
        identityProfile: before.identityProfile,
        provisioningState: "Succeeded",
      }),
    );
    await expect(managedClusters.createOrUpdate("rg", "aks", cluster({ dnsPrefix: "other" }))).rejects.toMatchObject({
      code: "PropertyChangeNotAllowed",
    });
    const [system] = cluster().agentPoolProfiles ?? [];
    const pools = [...(system === undefined ? [] : [system]), { name: "apps", mode: "User", count: 1 }];
    await expect(
      managedClusters.createOrUpdate("rg", "aks", cluster({ agentPoolProfiles: pools })),
    ).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining("A new agent pool was introduced.") as string,
    });
    const tagged = await managedClusters.updateTags("rg", "aks", { tags: { stack: "one", owner: "me" } });
    expect(tagged.tags).toEqual({ stack: "one", owner: "me" });
  });

  it("have pools as resources, and keep at least one system pool", async () => {
    const { agentPools } = azure.clusters;
    const pool = await agentPools.createOrUpdate("rg", "aks", "apps", {
      mode: "User",
      count: 2,
      vmSize: "Standard_D4s_v5",
    });
    expect(pool).toMatchObject({
      name: "apps",
      provisioningState: "Succeeded",
      count: 2,
      currentOrchestratorVersion: newCluster,
    });
    expect(await agentPools.createOrUpdate("rg", "aks", "apps", { mode: "User", count: 3 })).toMatchObject({
      count: 3,
      vmSize: "Standard_D4s_v5",
    });
    await expect(agentPools.createOrUpdate("rg", "aks", "apps", { vmSize: "Standard_D8s_v5" })).rejects.toMatchObject({
      code: "PropertyChangeNotAllowed",
    });
    await expect(agentPools.createOrUpdate("rg", "aks", "Apps-1", { count: 1 })).rejects.toMatchObject({
      code: "InvalidParameter",
    });
    const names: (string | undefined)[] = [];
    for await (const { name } of agentPools.list("rg", "aks")) names.push(name);
    expect(names).toEqual(["system", "apps"]);
    await expect(agentPools.delete("rg", "aks", "system")).rejects.toMatchObject({
      code: "OperationNotAllowed",
      message: "There has to be at least one system agent pool.",
    });
    await agentPools.delete("rg", "aks", "apps");
    await expect(agentPools.delete("rg", "aks", "system")).rejects.toMatchObject({
      message: "There has to be at least one agent pool.",
    });
    const shown = await azure.clusters.managedClusters.get("rg", "aks");
    expect(shown.agentPoolProfiles?.map(({ name }) => name)).toEqual(["system"]);
  });

  it("return the credentials of the local Kubernetes under AKS's names", async () => {
    const { managedClusters } = azure.clusters;
    const { kubeconfigs } = await managedClusters.listClusterAdminCredentials("rg", "aks");
    expect(kubeconfigs?.[0]?.name).toBe("clusterAdmin");
    expect(decode(kubeconfigs?.[0]?.value)).toEqual({ cluster: "aks", user: "clusterAdmin_rg_aks" });
    const user = await managedClusters.listClusterUserCredentials("rg", "aks");
    expect(decode(user.kubeconfigs?.[0]?.value)).toEqual({ cluster: "aks", user: "clusterUser_rg_aks" });
  });

  it("return no static credentials when local accounts are disabled, but kubelogin", async () => {
    const { managedClusters } = azure.clusters;
    const entra = cluster({ disableLocalAccounts: true, aadProfile: { managed: true, enableAzureRbac: true } });
    await managedClusters.createOrUpdate("rg", "aks", entra);
    await expect(managedClusters.listClusterAdminCredentials("rg", "aks")).rejects.toMatchObject({
      statusCode: 400,
      code: "BadRequest",
      message: "Getting static credential is not allowed because this cluster is set to disable local accounts.",
    });
    const { kubeconfigs } = await managedClusters.listClusterUserCredentials("rg", "aks");
    expect(decode(kubeconfigs?.[0]?.value)).toMatchObject({
      exec: {
        command: "kubelogin",
        args: expect.arrayContaining(["--tenant-id", environment.azure.deployer.tenantId]) as unknown,
      },
    });
  });

  it.each<[string, Partial<ManagedCluster>, string, string]>([
    [
      "no system pool",
      { agentPoolProfiles: [{ name: "apps", mode: "User" }] },
      "BadRequest",
      "Must define at least one system pool.",
    ],
    ["no identity", { identity: { type: "None" } }, "BadRequest", "needs an identity"],
    [
      "the tier Free in a region without capacity for it",
      { location: "westeurope" },
      "AKSCapacityError",
      "Creating a free tier cluster is unavailable at this time in region westeurope.",
    ],
    [
      "another Kubernetes",
      { kubernetesVersion: "1.21" },
      "K8sVersionNotSupported",
      "is on version 1.21 which is not supported in this region",
    ],
    [
      "a node resource group with a name that is too long",
      { nodeResourceGroup: "n".repeat(81) },
      "InvalidParameter",
      "The maximum length is 80 and the length of the value provided is 81.",
    ],
    [
      "a node resource group that exists",
      { nodeResourceGroup: "MC_rg_aks_swedencentral" },
      "NodeResourceGroupAlreadyExists",
      "Node resource group 'MC_rg_aks_swedencentral' under subscription '",
    ],
    [
      "the nodes in the cluster's own resource group",
      { nodeResourceGroup: "RG" },
      "NodeResourceGroupSameAsResourceGroup",
      "Node resource group 'RG' is the same as ResourceGroup 'rg', which is not allowed, please provide a different node resource group.",
    ],
    [
      "a kubelet identity under a system identity",
      { identity: { type: "SystemAssigned" } },
      "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster",
      "",
    ],
    [
      "wrong ids of the kubelet identity",
      { identityProfile: { kubeletidentity: { objectId: "11111111-1111-1111-1111-111111111111" } } },
      "CustomKubeletIdentityPropertyError",
      "objectId",
    ],
  ])("refuse %s", async (_, change, code, message) => {
    const identityProfile = { kubeletidentity: { resourceId: kubelet.id, ...change.identityProfile?.kubeletidentity } };
    await expect(
      azure.clusters.managedClusters.createOrUpdate("rg", "refused", cluster({ ...change, identityProfile })),
    ).rejects.toMatchObject({ statusCode: 400, code, message: expect.stringContaining(message) as string });
    // A refused request creates neither a cluster nor pools.
    expect(await simulation(environment.azure, "GET", "inventory")).toMatchObject({
      resources: expect.not.arrayContaining([
        expect.objectContaining({ id: expect.stringContaining("/refused") as string }),
      ]) as unknown,
    });
  });
});

describe("failures and delays of clusters", () => {
  it("a failed provisioning shows in the operation and in the cluster's state", async () => {
    await simulation(environment.azure, "POST", "faults", {
      kind: "failedProvisioning",
      type: "Microsoft.ContainerService/managedClusters",
    });
    await expect(azure.clusters.managedClusters.createOrUpdate("rg", "failing", cluster())).rejects.toThrow(
      "(a simulated fault)",
    );
    expect(await azure.clusters.managedClusters.get("rg", "failing")).toMatchObject({
      provisioningState: "Failed",
      agentPoolProfiles: [{ provisioningState: "Failed" }],
    });
    // The next attempt succeeds.
    expect(await azure.clusters.managedClusters.createOrUpdate("rg", "failing", cluster())).toMatchObject({
      provisioningState: "Succeeded",
    });
    await azure.clusters.managedClusters.delete("rg", "failing");
  });

  it("a Kubernetes that is down fails the creation and does not block a deletion", async () => {
    environment.kubernetes.down = true;
    await expect(azure.clusters.managedClusters.createOrUpdate("rg", "dark", cluster())).rejects.toThrow(
      "the local Kubernetes does not answer",
    );
    const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    await azure.clusters.managedClusters.delete("rg", "dark");
    said.mockRestore();
    environment.kubernetes.down = false;
    await expect(azure.clusters.managedClusters.get("rg", "dark")).rejects.toMatchObject({ code: "ResourceNotFound" });
  });

  it("a creation in progress refuses other writes, resumes after a restart, and ends", async () => {
    await simulation(environment.azure, "PUT", "delays", { clusterSeconds: 60 });
    await azure.clusters.managedClusters.createOrUpdate("rg", "slow", cluster()).submitted();
    await expect(azure.clusters.managedClusters.createOrUpdate("rg", "slow", cluster())).rejects.toMatchObject({
      statusCode: 409,
      code: "OperationNotAllowed",
    });
    await environment.restart();
    expect(await azure.clusters.managedClusters.get("rg", "slow")).toMatchObject({ provisioningState: "Creating" });
    await simulation(environment.azure, "POST", "reset");
    await environment.restart();
    await eventually(async () => {
      expect(await azure.clusters.managedClusters.get("rg", "slow")).toMatchObject({ provisioningState: "Succeeded" });
    });
  });

  it("a grant has no effect before it has propagated", async () => {
    const { id = "", principalId = "" } = await azure.identities.userAssignedIdentities.createOrUpdate("rg", "late", {
      location: "swedencentral",
    });
    const late = cluster({ identity: { type: "UserAssigned", userAssignedIdentities: { [id]: {} } } });
    await simulation(environment.azure, "PUT", "delays", { grantPropagationSeconds: 60 });
    await grant(kubelet.id, principalId, roleGuids.managedIdentityOperator);
    await expect(azure.clusters.managedClusters.createOrUpdate("rg", "late", late)).rejects.toMatchObject({
      code: "CustomKubeletIdentityMissingPermissionError",
    });
    await simulation(environment.azure, "POST", "reset");
    const aMinuteLater = Date.now() + 61_000;
    const clock = jest.spyOn(Date, "now").mockReturnValue(aMinuteLater);
    await azure.clusters.managedClusters.createOrUpdate("rg", "late", late);
    clock.mockRestore();
    await azure.clusters.managedClusters.delete("rg", "late");
  });
});

describe("deleting managed clusters", () => {
  it("deletes the namespaces of the cluster's stack while other clusters exist, and the node resource group", async () => {
    environment.kubernetes.wiped.length = 0;
    await azure.clusters.managedClusters.updateTags("rg", "aks", { tags: { stack: "one" } });
    await azure.clusters.managedClusters.delete("rg", "aks");
    expect(environment.kubernetes.wiped).toEqual([{ stack: "one" }]);
    expect(await groups()).toEqual(["rg", "MC_rg_slow_swedencentral"]);
  });

  it("deletes all namespaces with the last cluster, even when its resource group is deleted, and leaves nothing", async () => {
    environment.kubernetes.wiped.length = 0;
    await azure.resources.resourceGroups.delete("rg");
    expect(environment.kubernetes.wiped).toEqual(["all"]);
    expect(await simulation(environment.azure, "GET", "inventory")).toEqual({
      resources: [],
      operationsInProgress: [],
      registries: [],
    });
  });
});
