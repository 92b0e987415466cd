import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Cluster, type ClusterArgs } from "../../../components/cluster.ts";
import { unsupportedVersionProblem } from "../../../validate/aksVersions.ts";
import { guid, kubeconfigs, shownOfCluster, subscription } from "../providerAnswers.ts";
import {
  type CloudOptions,
  labels,
  mockCloud,
  only,
  pending,
  refusal,
  secret,
  unknown,
  valueOf,
} from "../pulumiMocks.ts";

const component = "tarmac:azure:Cluster::hello";
const managedCluster = "azure-native:containerservice:ManagedCluster";
const agentPool = "azure-native:containerservice:AgentPool";
const longGroup = "a-long-name".repeat(5);
const deployment = "azure-native:resources:Deployment";
const kubernetes = "pulumi:providers:kubernetes";

const kubelet = { id: "/kubelet", objectId: guid("kubelet object"), clientId: guid("kubelet client") };
const args = {
  resourceGroupName: "group",
  controlPlane: { id: pulumi.output("/control-plane") },
  kubelet: {
    id: pulumi.output(kubelet.id),
    objectId: pulumi.output(kubelet.objectId),
    clientId: pulumi.output(kubelet.clientId),
  },
  systemPool: { vmSize: "Standard_D2s_v5", count: 2 },
} satisfies ClusterArgs;

async function create(
  more: Partial<ClusterArgs> = {},
  opts: pulumi.ComponentResourceOptions = {},
  preview: CloudOptions["preview"] = false,
) {
  const cloud = await mockCloud({ preview });
  const cluster = new Cluster("hello", { ...args, ...more }, opts);
  const resources = await cloud.settled();
  return { cluster, resources, calls: cloud.calls, inputs: only(resources, managedCluster).inputs };
}
type Created = Awaited<ReturnType<typeof create>>;

// A busy machine may take longer for a cluster than jest's own limit of five seconds.
jest.setTimeout(60_000);

// Creating one takes most of a second, because Azure's SDK gives a cluster many old names. So the tests share them.
let standard: Created;
let adjusted: Created;
let local: Created;
const pools = {
  apps: { vmSize: "Standard_D4s_v5", count: 3, zones: ["1"] },
  batch: { vmSize: "Standard_E4s_v5", count: 0 },
};
beforeAll(async () => {
  standard = await create();
  adjusted = await create(
    {
      ...{ tier: "Premium", kubernetesVersion: "1.36", location: "northeurope", tags: { app: "hello" } },
      ...{
        systemPool: { ...args.systemPool, zones: ["1", "2", "3"] },
        userPools: pools,
        kubelogin: "workloadidentity",
      },
    },
    { protect: true },
  );
  local = await create({ localAccounts: true, resourceGroupName: longGroup }, { protect: false });
});

test("names the nodes' resource group only if AKS's own name would be too long", () => {
  expect(standard.inputs).not.toHaveProperty("nodeResourceGroup");
  expect(local.inputs.nodeResourceGroup).toBe(`MC_${longGroup.slice(0, 53)}-38dfa5`);
});

test("creates a cluster and a provider for what runs on it", () => {
  expect(labels(standard.resources)).toEqual([
    `${managedCluster}::hello`,
    `${kubernetes}::hello-kubernetes`,
    component,
  ]);
  for (const type of [managedCluster, kubernetes]) {
    expect(only(standard.resources, type)).toMatchObject({ parent: component, aliases: [] });
  }
});

describe("the cluster", () => {
  test("uses the given identities: the control plane's by its id, the kubelet's by all three ids", () => {
    expect(standard.inputs.identity).toEqual({ type: "UserAssigned", userAssignedIdentities: ["/control-plane"] });
    expect(standard.inputs.identityProfile).toEqual({
      kubeletidentity: { resourceId: kubelet.id, clientId: kubelet.clientId, objectId: kubelet.objectId },
    });
  });

  test("lets people in through Entra and Azure RBAC only", () => {
    expect(standard.inputs).toMatchObject({
      disableLocalAccounts: true,
      enableRBAC: true,
      aadProfile: { managed: true, enableAzureRBAC: true },
    });
  });

  test("enforces network policies, cleans images, federates workloads and patches itself", () => {
    expect(standard.inputs).toMatchObject({
      networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataplane: "cilium",
        networkPolicy: "cilium",
        loadBalancerSku: "standard",
      },
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true }, imageCleaner: { enabled: true, intervalHours: 168 } },
      autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
    });
  });

  test("keeps the given minor version, and takes only its patches", () => {
    expect(adjusted.inputs).toMatchObject({ autoUpgradeProfile: { upgradeChannel: "patch" } });
  });

  test("has long-term support exactly when the tier includes it", () => {
    expect(standard.inputs).toMatchObject({ supportPlan: "KubernetesOfficial" });
    expect(adjusted.inputs).toMatchObject({ supportPlan: "AKSLongTermSupport" });
  });

  test("is in the free tier at Azure's current version by default", () => {
    expect(standard.inputs).toMatchObject({ dnsPrefix: "hello", sku: { name: "Base", tier: "Free" } });
    expect(standard.inputs).not.toHaveProperty("kubernetesVersion");
    expect(adjusted.inputs).toMatchObject({
      ...{ sku: { name: "Base", tier: "Premium" }, kubernetesVersion: "1.36" },
      ...{ resourceGroupName: "group", location: "northeurope", tags: { app: "hello" } },
    });
  });

  test("is protected when the component is", () => {
    expect(only(standard.resources, managedCluster).protect).toBeUndefined();
    expect(only(adjusted.resources, managedCluster).protect).toBe(true);
    expect(only(local.resources, managedCluster).protect).toBe(false);
  });

  test("protects only itself: pools can be replaced", () => {
    expect(
      adjusted.resources.filter(({ type, protect }) => protect === true && type !== "tarmac:azure:Cluster"),
    ).toEqual([only(adjusted.resources, managedCluster)]);
  });
});

describe("pools", () => {
  const systemPool = {
    name: "system",
    mode: "System",
    vmSize: "Standard_D2s_v5",
    count: 2,
    osType: "Linux",
    osSKU: "AzureLinux",
    type: "VirtualMachineScaleSets",
    enableAutoScaling: false,
    nodeTaints: [],
    upgradeSettings: { maxSurge: "33%" },
  };

  test("the system pool runs all pods if it is the only pool", () => {
    expect(standard.inputs.agentPoolProfiles).toEqual([systemPool]);
  });

  test("the system pool spreads over zones, and is reserved for the cluster's own pods if there are user pools", () => {
    expect(adjusted.inputs.agentPoolProfiles).toEqual([
      { ...systemPool, availabilityZones: ["1", "2", "3"], nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"] },
    ]);
  });

  test("user pools are resources of their own, deleted with the cluster", () => {
    expect(labels(adjusted.resources)).toEqual([
      `${agentPool}::hello-apps`,
      `${agentPool}::hello-batch`,
      `${managedCluster}::hello`,
      `${deployment}::hello-system-version`,
      `${kubernetes}::hello-kubernetes`,
      component,
    ]);
    expect(only(adjusted.resources, agentPool, "hello-apps")).toMatchObject({
      parent: component,
      deletedWith: `${managedCluster}::hello`,
      dependencies: [`${managedCluster}::hello`],
      aliases: [],
      inputs: {
        resourceGroupName: "group",
        resourceName: "hello1a2b3c4d",
        agentPoolName: "apps",
        orchestratorVersion: "1.36",
        mode: "User",
        ...{ vmSize: "Standard_D4s_v5", count: 3, availabilityZones: ["1"], osType: "Linux", osSKU: "AzureLinux" },
        ...{ nodeLabels: {}, nodeTaints: [], enableAutoScaling: false, upgradeSettings: { maxSurge: "33%" } },
        tags: { app: "hello" },
      },
    });
    expect(only(adjusted.resources, agentPool, "hello-batch").inputs).toMatchObject({
      agentPoolName: "batch",
      count: 0,
    });
  });

  test("names that AKS refuses are all reported at once, before anything is registered", async () => {
    const cloud = await mockCloud();
    const pool = { vmSize: "Standard_D2s_v5", count: 1 };
    expect(
      refusal(() => new Cluster("hello", { ...args, userPools: { "my-pool": pool, system: pool, apps: pool } })),
    ).toEqual([
      'userPools["my-pool"]: "my-pool" is not a node pool name: use 1 to 12 lower-case letters and digits, starting with a letter, e.g. "apps"',
      'userPools["system"]: "system" is the name of the system pool: use another name, e.g. "apps"',
    ]);
    expect(await cloud.settled()).toEqual([]);
  });
});

describe("pools with an autoscaler", () => {
  const sized = { vmSize: "Standard_D2s_v5", minCount: 2, maxCount: 6 };

  test("start with the minimum of nodes, and leave their size to the autoscaler", async () => {
    const { resources, inputs } = await create({ systemPool: sized, userPools: { apps: { ...sized, minCount: 0 } } });
    const bounds = { enableAutoScaling: true, minCount: 2, maxCount: 6, count: 2 };
    expect(inputs.agentPoolProfiles).toMatchObject([bounds]);
    expect(only(resources, managedCluster).ignoreChanges).toEqual(["agentPoolProfiles[0].count"]);
    const apps = only(resources, agentPool);
    expect(apps.inputs).toMatchObject({ ...bounds, minCount: 0, count: 0 });
    expect(apps.ignoreChanges).toEqual(["count"]);
  });

  test("are the only pools whose size the program ignores", () => {
    expect(only(adjusted.resources, managedCluster).ignoreChanges).toEqual([]);
    expect(only(adjusted.resources, agentPool, "hello-apps").ignoreChanges).toEqual([]);
  });
});

test("a pool can have spot nodes, labels, taints, and nodes of another kind", async () => {
  const userPools = {
    batch: {
      ...{ vmSize: "Standard_E4s_v5", count: 1, spot: true, maxPods: 50, osDiskSizeGB: 64 },
      ...{ labels: { team: "data" }, taints: ["team=data:NoSchedule"] },
    },
  };
  const { inputs } = only((await create({ userPools })).resources, agentPool);
  expect(inputs).toMatchObject({
    ...{ scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1, maxPods: 50, osDiskSizeGB: 64 },
    nodeLabels: { team: "data", "kubernetes.azure.com/scalesetpriority": "spot" },
    nodeTaints: ["team=data:NoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"],
  });
  // Azure refuses a surge of spot nodes.
  expect(inputs).not.toHaveProperty("upgradeSettings");
});

describe("the network", () => {
  test("is created by AKS by default, with a public API server and AKS's ranges", () => {
    expect(standard.inputs.apiServerAccessProfile).toEqual({ authorizedIPRanges: [] });
    expect(standard.inputs.networkProfile).toMatchObject({
      ...{ podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" },
    });
  });

  test("can be a given subnet, for every pool", async () => {
    const { inputs, resources } = await create({
      ...{ nodeSubnetId: "/subnets/nodes", userPools: { apps: pools.apps } },
      ranges: { pods: "10.100.0.0/16", services: "10.101.0.0/20" },
      apiServer: { subnetId: "/subnets/api-server", authorizedRanges: ["203.0.113.7/32"] },
    });
    expect(inputs.agentPoolProfiles).toMatchObject([{ vnetSubnetID: "/subnets/nodes" }]);
    expect(only(resources, agentPool).inputs).toMatchObject({ vnetSubnetID: "/subnets/nodes" });
    expect(inputs.networkProfile).toMatchObject({
      ...{ podCidr: "10.100.0.0/16", serviceCidr: "10.101.0.0/20", dnsServiceIP: "10.101.0.10" },
    });
    expect(inputs.apiServerAccessProfile).toEqual({
      ...{ authorizedIPRanges: ["203.0.113.7/32"], enableVnetIntegration: true, subnetId: "/subnets/api-server" },
    });
  });

  test("can be the only way to the API server, whose private address is then in no public DNS", async () => {
    const { inputs } = await create({ apiServer: { privateCluster: true } });
    expect(inputs.apiServerAccessProfile).toEqual({
      ...{ enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, privateDNSZone: "system" },
    });
  });

  test.each([
    ["none", true],
    [pulumi.output("none"), true],
    [
      `${subscription}/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io`,
      false,
    ],
  ])("has a public name only if no private zone has one (%#)", async (privateDnsZone, publicName) => {
    const { inputs } = await create({ apiServer: { privateCluster: true, privateDnsZone } });
    expect(inputs.apiServerAccessProfile).toMatchObject({ enablePrivateClusterPublicFQDN: publicName });
  });

  test("routes outbound traffic through Azure's load balancer by default", async () => {
    expect((await create()).inputs.networkProfile).toMatchObject({ outboundType: "loadBalancer" });
    expect((await create({ outboundType: "userDefinedRouting" })).inputs.networkProfile).toMatchObject({
      outboundType: "userDefinedRouting",
    });
  });
});

describe("upgrades", () => {
  const maintenance = "azure-native:containerservice:MaintenanceConfiguration";

  test("happen only in the given window", async () => {
    const { inputs, resources } = await create({
      upgrades: {
        channel: "stable",
        nodeOsChannel: "SecurityPatch",
        maintenance: { day: "Sunday", start: "02:00", hours: 6, utcOffset: "+01:00" },
      },
    });
    expect(inputs.autoUpgradeProfile).toEqual({ upgradeChannel: "stable", nodeOSUpgradeChannel: "SecurityPatch" });
    const days = {
      "hello-aks-releases": ["default", "Saturday"],
      "hello-cluster-upgrades": ["aksManagedAutoUpgradeSchedule", "Sunday"],
      "hello-node-upgrades": ["aksManagedNodeOSUpgradeSchedule", "Monday"],
    };
    for (const [name, [configName, dayOfWeek]] of Object.entries(days)) {
      expect(only(resources, maintenance, name)).toMatchObject({
        ...{ parent: component, deletedWith: `${managedCluster}::hello`, protect: false },
        inputs: {
          ...{ resourceName: "hello1a2b3c4d", configName },
          maintenanceWindow: {
            schedule: { weekly: { dayOfWeek, intervalWeeks: 1 } },
            ...{ startTime: "02:00", durationHours: 6, utcOffset: "+01:00" },
          },
        },
      });
    }
  });

  test("reach the control plane first, then one pool after the other, then the windows, because AKS runs one operation at a time", async () => {
    const { resources, cluster } = await create({
      ...{ kubernetesVersion: "1.36", userPools: pools },
      upgrades: { maintenance: { day: "Sunday", start: "02:00", hours: 4 } },
    });
    const order = [
      `${managedCluster}::hello`,
      `${agentPool}::hello-apps`,
      `${agentPool}::hello-batch`,
      `${deployment}::hello-system-version`,
      `${maintenance}::hello-aks-releases`,
      `${maintenance}::hello-cluster-upgrades`,
      `${maintenance}::hello-node-upgrades`,
    ];
    for (const [index, label] of order.entries()) {
      const { dependencies } = resources.find((one) => one.label === label) ?? {};
      expect([label, dependencies]).toEqual([label, index === 0 ? [] : expect.arrayContaining([order[index - 1]])]);
    }
    expect(cluster.pools).toHaveLength(2);
  });

  test("of the system pool are a deployment, because a cluster cannot state the version of one of several pools", () => {
    expect(standard.inputs.agentPoolProfiles).not.toMatchObject([
      { orchestratorVersion: expect.anything() as unknown },
    ]);
    expect(adjusted.inputs.agentPoolProfiles).not.toMatchObject([
      { orchestratorVersion: expect.anything() as unknown },
    ]);
    expect(only(adjusted.resources, deployment)).toMatchObject({
      ...{ parent: component, deletedWith: `${managedCluster}::hello`, protect: false },
      inputs: {
        ...{ resourceGroupName: "group", deploymentName: "hello-system-version" },
        properties: {
          mode: "Incremental",
          template: {
            resources: [
              {
                type: "Microsoft.ContainerService/managedClusters/agentPools",
                name: "hello1a2b3c4d/system",
                properties: { mode: "System", orchestratorVersion: "1.36" },
              },
            ],
          },
        },
      },
    });
  });
});

test("add-ons are off by default, and their state is always explicit", async () => {
  expect(standard.inputs).toMatchObject({
    addonProfiles: { azurepolicy: { enabled: false }, omsagent: { enabled: false } },
    azureMonitorProfile: { metrics: { enabled: false } },
  });
  const workspace = `${subscription}/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/logs`;
  const { inputs } = await create({ azurePolicy: true, managedPrometheus: true, logWorkspaceId: workspace });
  expect(inputs).toMatchObject({
    addonProfiles: {
      azurepolicy: { enabled: true },
      omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: workspace, useAADAuth: "true" } },
    },
    azureMonitorProfile: { metrics: { enabled: true } },
  });
});

test.each([
  [undefined, { enableSecretRotation: "true", rotationPollInterval: "2m" }],
  ["1h", { enableSecretRotation: "true", rotationPollInterval: "1h" }],
  ["off", { enableSecretRotation: "false" }],
])("the Key Vault secrets driver rotates secrets: %s", async (rotation, config) => {
  const { inputs } = await create({ secretsStore: { ...(rotation !== undefined && { rotation }) } });
  expect(inputs).toMatchObject({ addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true, config } } });
  // Not said without it: a Gateway's certificates need the same add-on, which another request turns on.
  expect(standard.inputs.addonProfiles).not.toHaveProperty("azureKeyvaultSecretsProvider");
});

test.each<[string, Partial<ClusterArgs>, string[]]>([
  [
    "a rotation that is not an interval",
    { secretsStore: { rotation: "2 minutes" } },
    [
      'secretsStore.rotation: "2 minutes" is not an interval: use a number of seconds, minutes, or hours, e.g. "30s", "10m", or "1h", or "off"',
    ],
  ],
  [
    "a system pool that could be empty",
    { systemPool: { vmSize: "Standard_D2s_v5", minCount: 0, maxCount: 3 } },
    ["systemPool: minCount 0 is out of range: use a whole number from 1 to 1000"],
  ],
  [
    "invalid bounds",
    { userPools: { apps: { vmSize: "Standard_D2s_v5", minCount: 5, maxCount: 2 } } },
    ['userPools["apps"]: minCount 5 is greater than maxCount 2: use a smaller minCount or a larger maxCount'],
  ],
  [
    "authorized ranges of a private cluster",
    { apiServer: { privateCluster: true, authorizedRanges: ["203.0.113.7/32"] } },
    [
      "apiServer.authorizedRanges: a private cluster has no public address: remove the ranges, or set privateCluster to false",
    ],
  ],
  [
    "a zone without anything private",
    { apiServer: { privateDnsZone: "none" } },
    [
      "apiServer.privateDnsZone: only a private cluster has a private DNS zone: set privateCluster to true, or remove this",
    ],
  ],
  [
    "pods and Services at the same addresses",
    { ranges: { pods: "10.0.0.0/14" } },
    ['ranges.pods: "10.0.0.0/14" overlaps "10.0.0.0/16", the range of the Services: use ranges that do not overlap'],
  ],
  [
    "a version that AKS no longer supports",
    { kubernetesVersion: "1.28" },
    [`kubernetesVersion: ${unsupportedVersionProblem("1.28", false)}`],
  ],
  [
    "a version that its channel does not keep",
    { kubernetesVersion: "1.36.2" },
    [
      'kubernetesVersion: the channel "patch" upgrades the cluster to new patches, so "1.36.2" would soon be a downgrade: use "1.36", or use the channel "none"',
    ],
  ],
  [
    "a window that is too short and at no time, with channels that conflict",
    {
      upgrades: {
        ...{ channel: "node-image", nodeOsChannel: "None" },
        maintenance: { day: "Sunday", start: "2 am", hours: 2, utcOffset: "CET" },
      },
    },
    [
      'upgrades.nodeOsChannel: "None" conflicts with the cluster\'s channel "node-image", which already installs new node images: use "NodeImage", or the channel "none"',
      'upgrades.maintenance.start: "2 am" is not a time of day: use HH:MM in quotes, e.g. "02:00"',
      "upgrades.maintenance.hours: 2 is out of range: use a whole number from 4 to 24",
      'upgrades.maintenance.utcOffset: "CET" is not a UTC offset: use +HH:MM or -HH:MM in quotes, e.g. "+01:00"',
    ],
  ],
])("refuses %s before anything is registered", async (_, more, problems) => {
  const cloud = await mockCloud();
  expect(refusal(() => new Cluster("hello", { ...args, ...more }))).toEqual(problems);
  expect(await cloud.settled()).toEqual([]);
});

describe("the kubeconfig", () => {
  const ofCluster = { resourceGroupName: "group", resourceName: "hello1a2b3c4d" };
  const signIn = async ({ cluster }: Created) =>
    (parse(await valueOf(cluster.kubeconfig)) as { users: unknown[] }).users;

  test("is a secret in the component's outputs and in the provider", async () => {
    for (const { cluster, resources } of [standard, local]) {
      const kubeconfig = await valueOf(cluster.kubeconfig);
      expect(await pulumi.isSecret(cluster.kubeconfig)).toBe(true);
      expect(only(resources, "tarmac:azure:Cluster").outputs).toEqual({
        clusterName: "hello1a2b3c4d",
        clusterId: await valueOf(cluster.managedCluster.id),
        kubeconfig: secret(kubeconfig),
      });
      expect(only(resources, kubernetes).inputs.kubeconfig).toEqual(secret(kubeconfig));
    }
  });

  test("names the cluster by its id, so that a new kubeconfig replaces nothing that runs on it", () => {
    expect(only(standard.resources, kubernetes).inputs.clusterIdentifier).toBe(
      `${subscription}/resourceGroups/group/providers/Microsoft.ContainerService/managedClusters/hello1a2b3c4d`,
    );
  });

  test("leads to a provider with server-side apply, so that ports can change later", () => {
    expect(only(standard.resources, kubernetes).inputs.upsertExistingObjects).toBe("true");
  });

  test("signs in through kubelogin, as the Azure CLI's user or by another method", async () => {
    for (const [created, method] of [
      [standard, "azurecli"],
      [adjusted, "workloadidentity"],
    ] as const) {
      expect(created.calls).toEqual([
        {
          token: "azure-native:containerservice:listManagedClusterUserCredentials",
          inputs: { ...ofCluster, format: "exec" },
        },
      ]);
      const [user] = await signIn(created);
      expect(user).toMatchObject({
        user: { exec: { command: "kubelogin", args: expect.arrayContaining(["--login", method]) as unknown } },
      });
    }
  });

  test("is the admin's certificate if local accounts are enabled", async () => {
    expect(local.inputs.disableLocalAccounts).toBe(false);
    expect(local.calls).toEqual([
      {
        token: "azure-native:containerservice:listManagedClusterAdminCredentials",
        inputs: { ...ofCluster, resourceGroupName: longGroup },
      },
    ]);
    expect(await valueOf(local.cluster.kubeconfig)).toBe(kubeconfigs.admin);
  });
});

test("outputs its resource id, which components of other languages take", async () => {
  const { cluster } = await create({}, {}, "update");
  for (const one of [standard.cluster, cluster])
    expect(await valueOf(one.clusterId)).toBe(await valueOf(one.managedCluster.id));
});

test("outputs the issuer of its tokens, also in the preview of an update", async () => {
  const { cluster } = await create({}, {}, "update");
  for (const { issuerUrl } of [standard.cluster, cluster])
    expect(await valueOf(issuerUrl)).toBe(shownOfCluster.oidcIssuerProfile.issuerURL);
});

test("previews the same resources, and requests no credentials of a cluster that does not exist", async () => {
  const more = { resourceGroupName: pending<string>(), userPools: { apps: pools.apps } };
  const { cluster, resources, calls } = await create(more, {}, true);
  expect(labels(resources)).toEqual([
    `${agentPool}::hello-apps`,
    `${managedCluster}::hello`,
    `${kubernetes}::hello-kubernetes`,
    component,
  ]);
  expect(calls).toEqual([]);
  expect(await valueOf(cluster.kubeconfig)).toBe(unknown);
  expect(await pulumi.isSecret(cluster.kubeconfig)).toBe(true);
  expect(only(resources, agentPool)).toMatchObject({ deletedWith: `${managedCluster}::hello` });
});
