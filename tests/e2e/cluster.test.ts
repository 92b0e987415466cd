/** Clusters in separate stacks: networks, changes of node pools, changes by AKS itself, and an existing cluster. */
import { setDelays, simulation } from "../../local/stack/simulation.ts";
import { azureInventory, grantsOn } from "./azureQueries.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { isReady, local, outputs, pods, start } from "./localStack.ts";

/** Settings of every stack here: a small service. */
const small = { replicas: 1 };

beforeAll(() => start());

interface ArmResource {
  id: string;
  name: string;
  type: string;
  properties: Record<string, unknown>;
}

async function resourcesOf(stack: OwnStack, type: string): Promise<ArmResource[]> {
  const { resourceGroup = "" } = await stack.outputs();
  const { resources } = (await simulation("GET", "inventory")) as { resources: ArmResource[] };
  return resources.filter((one) => one.type === type && one.id.includes(`/resourceGroups/${resourceGroup}/`));
}

const poolType = "Microsoft.ContainerService/managedClusters/agentPools";
const clusterType = "Microsoft.ContainerService/managedClusters";

/** Node counts by pool. */
const sizes = async (stack: OwnStack) =>
  Object.fromEntries((await resourcesOf(stack, poolType)).map(({ name, properties }) => [name, properties.count]));

/** Fails with the planned changes, if there are any. */
const expectClean = (stack: OwnStack) => stack.preview({}, "--expect-no-changes", "--diff");

describe("a stack with its own network", () => {
  const name = "e2e-network";
  let stack: OwnStack;

  beforeAll(async () => {
    stack = await ownStack(name, {
      ...{ ...small, ownNetwork: true, apiServerInNetwork: true, privateRegistry: true, registrySku: "Premium" },
      ...{ authorizedRanges: ["203.0.113.0/24"], maintenanceDay: "Sunday", upgradeChannel: "patch" },
      // The delay that this test sets for role assignments: AKS refuses a cluster whose identities lack roles on each other and
      // on the subnets.
      grantSeconds: 8,
    });
    await setDelays({ grantPropagationSeconds: 8 });
    try {
      await stack.up();
    } finally {
      await setDelays({});
    }
  });
  afterAll(async () => {
    await stack.remove();
  });

  test("runs its nodes in that network, with roles on the subnet only", async () => {
    const [system] = await resourcesOf(stack, poolType);
    expect(system?.properties.vnetSubnetID).toMatch(/\/virtualNetworks\/e2e-network[0-9a-f]+\/subnets\/nodes$/);
    const { resourceGroup = "" } = await stack.outputs();
    expect((await grantsOn(resourceGroup, "Microsoft.Network/virtualNetworks")).map(({ role }) => role)).toEqual([
      "Network Contributor",
      "Network Contributor",
    ]);
    expect((await pods(name)).every(isReady)).toBe(true);
  });

  test("allows only the authorized ranges to reach the API server, which is also in the network", async () => {
    const [cluster] = await resourcesOf(stack, clusterType);
    expect(cluster?.properties.apiServerAccessProfile).toMatchObject({
      ...{ authorizedIPRanges: ["203.0.113.0/24"], enableVnetIntegration: true },
    });
    expect(await resourcesOf(stack, `${clusterType}/maintenanceConfigurations`)).toHaveLength(3);
  });

  test("reaches the registry at a private address under its usual name", async () => {
    const { loginServer } = await stack.outputs();
    const [endpoint] = await resourcesOf(stack, "Microsoft.Network/privateEndpoints");
    expect(endpoint?.properties.customDnsConfigs).toEqual([{ fqdn: loginServer, ipAddresses: ["10.224.16.4"] }]);
    const zones = await resourcesOf(stack, "Microsoft.Network/privateDnsZones");
    expect(zones.map((zone) => zone.name)).toEqual(["privatelink.azurecr.io"]);
  });

  test("has no changes after a refresh", async () => {
    await stack.pulumi("refresh", {}, "--yes", "--skip-preview");
    await expectClean(stack);
  });
});

describe("pools of a running stack", () => {
  const apps = { vmSize: "Standard_D2s_v5", minCount: 1, maxCount: 5 };
  const batch = { vmSize: "Standard_D4s_v5", count: 2, spot: true };
  let stack: OwnStack;
  let cluster: ArmResource | undefined;

  beforeAll(async () => {
    stack = await ownStack("e2e-pools", { ...small, userPools: { apps } });
    await stack.up();
    [cluster] = await resourcesOf(stack, clusterType);
  });
  afterAll(async () => {
    await stack.remove();
  });

  /** Fails if the cluster was replaced: a new one would have another internal id. */
  const expectSameCluster = async () => {
    const [now] = await resourcesOf(stack, clusterType);
    expect(now?.properties.resourceUID).toBe(cluster?.properties.resourceUID);
  };

  test("keep what the autoscaler and the upgrade channel changed, even when other settings are updated", async () => {
    await simulation("POST", "autoscale", { pool: `${cluster?.id}/agentPools/apps`, count: 4 });
    const current = String(cluster?.properties.currentKubernetesVersion);
    const patched = current.replace(/\d+$/, (patch) => String(Number(patch) + 1));
    await simulation("POST", "upgrade", { cluster: cluster?.id, version: patched });
    await expectClean(stack);
    await stack.pulumi("refresh", {}, "--yes", "--skip-preview");
    await stack.up({ owner: "somebody" });
    stack.settings = { ...stack.settings, owner: "somebody" };
    expect(await sizes(stack)).toEqual({ system: 1, apps: 4 });
    const [now] = await resourcesOf(stack, clusterType);
    expect(now?.properties.currentKubernetesVersion).toBe(patched);
    await expectSameCluster();
  });

  test("can be added, changed and removed without affecting the others", async () => {
    stack.settings = { ...stack.settings, userPools: { apps: { ...apps, maxCount: 6 }, batch } };
    await stack.up();
    expect(await sizes(stack)).toEqual({ system: 1, apps: 4, batch: 2 });
    const tolerations = ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"];
    stack.settings = { ...stack.settings, userPools: { batch: { ...batch, count: 3 } }, nodeCount: 2, tolerations };
    await stack.up();
    expect(await sizes(stack)).toEqual({ system: 2, batch: 3 });
    await expectSameCluster();
  });

  test("show no difference after the update that follows a refresh", async () => {
    await stack.pulumi("refresh", {}, "--yes", "--skip-preview");
    // The refresh lists the separate pools inside the cluster as well; the next update sends the program's own list again.
    await stack.up();
    expect(await sizes(stack)).toEqual({ system: 2, batch: 3 });
    await stack.pulumi("refresh", {}, "--yes", "--skip-preview");
    await expectClean(stack);
    await expectSameCluster();
  });
});

describe("an existing cluster", () => {
  const name = "e2e-existing";

  test("runs the app through its context, pulls with its kubelet identity, and outlives the stack", async () => {
    // The cluster of the stack `local`.
    const host = await outputs();
    const { kubeletObjectId } = host;
    const kubeconfig = await local("pulumi", "stack", "output", "kubeconfig", "--show-secrets", "--stack", "local");
    const stack = await ownStack(name, {
      ...{ ...small, nodeCount: 2, grantSeconds: 90, localAccounts: false, kubeletObjectId },
      ...{ kubeContext: host.clusterName, kubeconfig: { secret: kubeconfig } },
    });
    await stack.up();
    const [pod] = await pods(name);
    expect(pod && isReady(pod)).toBe(true);
    expect(pod?.spec.imagePullSecrets).toBeUndefined();
    expect(await resourcesOf(stack, clusterType)).toEqual([]);
    const { resourceGroup = "" } = await stack.outputs();
    expect(await grantsOn(resourceGroup, "Microsoft.ContainerRegistry/registries")).toContainEqual({
      ...{ principalId: kubeletObjectId, role: "AcrPull" },
    });
    await expectClean(stack);
    await expect(stack.preview({ kubeContext: "nowhere" })).rejects.toThrow(
      '"nowhere" is not a context of the kubeconfig; it has',
    );

    await stack.remove();
    expect(await pods(name)).toEqual([]);
    const left = await pods(host.namespaceName);
    expect(left).toHaveLength(3);
    expect(left.every(isReady)).toBe(true);
  });
});

test("these stacks leave nothing behind", async () => {
  const left = await azureInventory();
  expect(left.filter((id) => /e2e-(network|pools|existing)/.test(id))).toEqual([]);
});
