import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { AutomaticCluster, type AutomaticClusterArgs } from "../../../components/automaticCluster.ts";
import { guid, shownOfCluster, subscription } from "../providerAnswers.ts";
import { type CloudOptions, labels, mockCloud, only, refusal, secret, valueOf } from "../pulumiMocks.ts";

const component = "tarmac:azure:AutomaticCluster::hello";
const cluster = "azure-native:resources:Resource";
const maintenance = "azure-native:containerservice:MaintenanceConfiguration";

const networkId = `${subscription}/resourceGroups/group/providers/Microsoft.Network/virtualNetworks/net`;
const identity = {
  id: pulumi.output("/kubelet"),
  objectId: pulumi.output(guid("kubelet object")),
  clientId: pulumi.output(guid("kubelet client")),
};
const network = {
  nodeSubnetId: `${networkId}/subnets/nodes`,
  systemNodeSubnetId: `${networkId}/subnets/system`,
  apiServerSubnetId: `${networkId}/subnets/api`,
  controlPlane: { id: pulumi.output("/control-plane") },
  kubelet: identity,
};

async function create(more: Partial<AutomaticClusterArgs> = {}, preview: CloudOptions["preview"] = false) {
  const cloud = await mockCloud({ preview });
  const made = new AutomaticCluster("hello", { resourceGroupName: "group", ...more });
  const resources = await cloud.settled();
  const { inputs } = only(resources, cluster);
  return { made, resources, inputs, properties: inputs.properties as Record<string, unknown> };
}

// A busy machine may take longer than jest's own limit of five seconds.
jest.setTimeout(60_000);

describe("in a network that AKS creates", () => {
  test("creates a cluster of the SKU Automatic and a provider for it, and nothing else", async () => {
    const { resources, inputs, properties } = await create({ location: "swedencentral", tags: { app: "hello" } });
    expect(labels(resources)).toEqual([
      `${cluster}::hello`,
      "pulumi:providers:kubernetes::hello-kubernetes",
      component,
    ]);
    expect(inputs).toMatchObject({
      ...{ resourceProviderNamespace: "Microsoft.ContainerService", resourceType: "managedClusters" },
      ...{ apiVersion: "2026-03-01", location: "swedencentral", tags: { app: "hello" } },
      sku: { name: "Automatic", tier: "Standard" },
      identity: { type: "SystemAssigned" },
    });
    expect(properties).toEqual({
      dnsPrefix: "hello",
      hostedSystemProfile: { enabled: true },
      networkProfile: { podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" },
      apiServerAccessProfile: { authorizedIPRanges: [] },
      aadProfile: { managed: true, enableAzureRBAC: true },
      disableLocalAccounts: true,
      autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
      addonProfiles: { omsagent: { enabled: false } },
      azureMonitorProfile: { metrics: { enabled: false } },
    });
  });

  test("outputs the kubelet identity that AKS creates, also in the preview of an update", async () => {
    for (const preview of [false, "update"] as const) {
      const { made } = await create({}, preview);
      expect(await valueOf(made.kubeletObjectId)).toBe(shownOfCluster.identityProfile.kubeletidentity.objectId);
      expect(await valueOf(made.issuerUrl)).toBe(shownOfCluster.oidcIssuerProfile.issuerURL);
      expect(await valueOf(made.clusterId)).toBe(await valueOf(made.managedCluster.id));
      expect(made.pools).toEqual([]);
    }
  });

  test("signs in with Entra, by the given method", async () => {
    const { made } = await create({ kubelogin: "workloadidentity" });
    const { users } = parse(await valueOf(made.kubeconfig)) as { users: { user: { exec: { args: string[] } } }[] };
    expect(users[0]?.user.exec.args).toContain("workloadidentity");
    expect(await pulumi.isSecret(made.kubeconfig)).toBe(true);
  });
});

describe("in an existing network", () => {
  test("joins its subnets, with the given identities", async () => {
    const { inputs, properties, made } = await create({ network: { ...network, outboundType: "userDefinedRouting" } });
    expect(inputs.identity).toEqual({ type: "UserAssigned", userAssignedIdentities: ["/control-plane"] });
    expect(properties).toMatchObject({
      hostedSystemProfile: {
        enabled: true,
        nodeSubnetID: network.nodeSubnetId,
        systemNodeSubnetID: network.systemNodeSubnetId,
      },
      apiServerAccessProfile: { enableVnetIntegration: true, subnetId: network.apiServerSubnetId },
      networkProfile: { outboundType: "userDefinedRouting" },
      identityProfile: {
        kubeletidentity: {
          ...{ resourceId: "/kubelet", objectId: guid("kubelet object"), clientId: guid("kubelet client") },
        },
      },
    });
    expect(await valueOf(made.kubeletObjectId)).toBe(guid("kubelet object"));
  });

  test("routes outbound traffic through a load balancer by default", async () => {
    const { properties } = await create({ network });
    expect(properties).toMatchObject({ networkProfile: { outboundType: "loadBalancer" } });
  });
});

test("has the Gateway API, add-ons and an upgrade window if requested", async () => {
  const workspace = `${subscription}/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/logs`;
  const { properties, resources } = await create({
    gatewayApi: { applicationRouting: true, keyVaultCertificates: true },
    ...{ logWorkspaceId: workspace, managedPrometheus: true, secretsStore: { rotation: "10m" } },
    maintenance: { day: "Sunday", start: "02:00", hours: 4 },
  });
  expect(properties).toMatchObject({
    ingressProfile: { gatewayAPI: { installation: "Standard" } },
    addonProfiles: {
      azureKeyvaultSecretsProvider: {
        enabled: true,
        config: { enableSecretRotation: "true", rotationPollInterval: "10m" },
      },
      omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: workspace } },
    },
    azureMonitorProfile: { metrics: { enabled: true } },
  });
  expect(labels(resources).filter((label) => label.startsWith(maintenance))).toHaveLength(3);
});

test("refuses what AKS would refuse, before anything is registered", () => {
  const problems = refusal(
    () =>
      new AutomaticCluster("hello", {
        resourceGroupName: "group",
        ranges: { pods: "10.0.0.0/16" },
        apiServer: { privateCluster: true, authorizedRanges: ["203.0.113.0/24"] },
        maintenance: { day: "Sunday", start: "2", hours: 3, utcOffset: "1" },
        logWorkspaceId: "logs",
      }),
  );
  expect(problems.map((problem) => problem.split(":", 1)[0])).toEqual([
    ...["ranges.pods", "apiServer.authorizedRanges"],
    ...["maintenance.start", "maintenance.hours", "maintenance.utcOffset", "logWorkspaceId"],
  ]);
});

test("the kubeconfig is a secret, and the provider uses it", async () => {
  const { resources } = await create();
  expect(only(resources, "pulumi:providers:kubernetes").inputs).toMatchObject({
    kubeconfig: secret(expect.any(String)),
  });
});
