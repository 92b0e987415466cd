import { defaultVersion, fullVersion } from "../../../../local/azure/resourceTypes/clusterVersions.ts";
import {
  type Answer,
  arm,
  armToken,
  type Clients,
  type Environment,
  roleGuids,
  simulation,
  startWithGroup,
} from "./testAzure.ts";
import { giveRole, type Identity, newIdentity } from "./principals.ts";

let environment: Environment;
let azure: Clients;
let token: string;
/** The common start of all resource ids. */
let group: string;
let control: Identity;
let kubelet: Identity;

const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";
const network = "2024-05-01";
const dns = "2024-06-01";
const aks = "2025-09-01";

beforeAll(async () => {
  const started = await startWithGroup();
  ({ environment, azure } = started);
  group = `${started.group}/providers`;
  token = await armToken(environment.azure);
  control = await newIdentity(environment.azure, "control");
  kubelet = await newIdentity(environment.azure, "kubelet");
  await giveRole(environment.azure, kubelet.id, control.principalId, roleGuids.managedIdentityOperator);
});
afterAll(() => environment.stop());

const ask = (method: string, path: string, version: string, body?: unknown): Promise<Answer> =>
  arm(environment.azure, method, `${group}/${path}`, version, body, token);

const putNetwork = (name: string, properties: unknown, location = "swedencentral") =>
  ask("PUT", `Microsoft.Network/virtualNetworks/${name}`, network, { location, properties });
const putSubnet = (name: string, addressPrefix: string, more: object = {}, of = "net") =>
  ask("PUT", `Microsoft.Network/virtualNetworks/${of}/subnets/${name}`, network, {
    properties: { addressPrefix, ...more },
  });
const subnetId = (name: string, of = "net") => `${group}/Microsoft.Network/virtualNetworks/${of}/subnets/${name}`;

describe("virtual networks and subnets", () => {
  it("have subnets inside their range that share no address", async () => {
    expect(await putNetwork("net", { addressSpace: { addressPrefixes: ["10.1.0.0/16"] } })).toMatchObject({
      status: 201,
    });
    expect(await putSubnet("nodes", "10.1.0.0/24")).toMatchObject({ status: 201 });
    expect(await putSubnet("endpoints", "10.1.1.0/24")).toMatchObject({ status: 201 });
    expect(await putSubnet("outside", "10.2.0.0/24")).toMatchObject({ status: 400, code: "NetcfgInvalidSubnet" });
    expect(await putSubnet("overlapping", "10.1.0.128/25")).toMatchObject({
      status: 400,
      code: "NetcfgSubnetRangesOverlap",
    });
    expect(await putSubnet("nonsense", "10.1.3.1/24")).toMatchObject({ code: "InvalidAddressPrefixFormat" });
    expect(await putNetwork("empty", {})).toMatchObject({ status: 400, code: "InvalidRequestFormat" });
  });

  it("show their subnets, keep them if a PUT has no list, and lose those that a list leaves out", async () => {
    await putNetwork("other", { addressSpace: { addressPrefixes: ["10.8.0.0/16"] } });
    await putSubnet("a", "10.8.0.0/24", {}, "other");
    await putSubnet("b", "10.8.1.0/24", {}, "other");
    const names = ({ properties }: Answer) => (properties?.subnets as { name: string }[]).map(({ name }) => name);
    const addressSpace = { addressPrefixes: ["10.8.0.0/16"] };
    expect(names(await putNetwork("other", { addressSpace }))).toEqual(["a", "b"]);
    const only = { name: "b", properties: { addressPrefix: "10.8.1.0/24" } };
    expect(names(await putNetwork("other", { addressSpace, subnets: [only] }))).toEqual(["b"]);
    expect(await ask("DELETE", "Microsoft.Network/virtualNetworks/other", network)).toMatchObject({ status: 200 });
  });
});

describe("a registry's private endpoint", () => {
  const endpoint = (name: string, registry: string, location = "swedencentral", subnet = subnetId("endpoints")) =>
    ask("PUT", `Microsoft.Network/privateEndpoints/${name}`, network, {
      location,
      properties: {
        subnet: { id: subnet },
        privateLinkServiceConnections: [
          {
            name: "registry",
            properties: {
              privateLinkServiceId: `${group}/Microsoft.ContainerRegistry/registries/${registry}`,
              groupIds: ["registry"],
            },
          },
        ],
      },
    });

  beforeAll(async () => {
    for (const [name, sku] of [
      ["premium", "Premium"],
      ["basic", "Basic"],
    ] as const) {
      await azure.registries.registries.create("rg", name, { location: "swedencentral", sku: { name: sku } });
    }
  });

  it("gets an address in its subnet, which is then in use", async () => {
    expect(await endpoint("pe", "premium")).toMatchObject({
      status: 201,
      properties: {
        customDnsConfigs: [{ ipAddresses: ["10.1.1.4"] }],
        privateLinkServiceConnections: [
          { properties: { privateLinkServiceConnectionState: { status: "Approved" }, provisioningState: "Succeeded" } },
        ],
      },
    });
    const inUse = await ask("DELETE", "Microsoft.Network/virtualNetworks/net/subnets/endpoints", network);
    expect(inUse).toMatchObject({ status: 400, code: "InUseSubnetCannotBeDeleted" });
    expect(inUse.message).toContain("/privateEndpoints/pe");
    expect(await putSubnet("endpoints", "10.1.2.0/24")).toMatchObject({ code: "InUseSubnetCannotBeUpdated" });
    expect(await ask("DELETE", "Microsoft.Network/virtualNetworks/net", network)).toMatchObject({
      code: "InUseSubnetCannotBeDeleted",
    });
    expect(await ask("GET", "Microsoft.Network/virtualNetworks/net/subnets/endpoints", network)).toMatchObject({
      properties: { privateEndpoints: [{ id: `${group}/Microsoft.Network/privateEndpoints/pe` }] },
    });
  });

  it("needs an existing Premium registry, and a subnet in its own region", async () => {
    expect(await endpoint("x", "basic")).toMatchObject({ code: "PrivateLinkNotSupportedForSku" });
    expect(await endpoint("x", "missing")).toMatchObject({ code: "InvalidResourceReference" });
    expect(await endpoint("x", "premium", "northeurope")).toMatchObject({ code: "InvalidResourceReference" });
    expect(await endpoint("x", "premium", "swedencentral", subnetId("none"))).toMatchObject({
      code: "InvalidResourceReference",
    });
  });

  it("is not in a subnet that is delegated to a service", async () => {
    const delegations = [{ name: "aks", properties: { serviceName: "Microsoft.ContainerService/managedClusters" } }];
    expect(await putSubnet("delegated", "10.1.7.0/28", { delegations })).toMatchObject({ status: 201 });
    expect(await endpoint("x", "premium", "swedencentral", subnetId("delegated"))).toMatchObject({
      ...{ status: 400, code: "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated" },
      message: `Private endpoint ${group}/Microsoft.Network/privateEndpoints/x cannot be created as subnet ${subnetId("delegated")} is delegated.`,
    });
    await ask("DELETE", "Microsoft.Network/virtualNetworks/net/subnets/delegated", network);
  });

  it("is entered in a zone, which can be deleted after its links", async () => {
    const zone = "Microsoft.Network/privateDnsZones/privatelink.azurecr.io";
    const link = (name: string) =>
      ask("PUT", `${zone}/virtualNetworkLinks/${name}`, dns, {
        location: "Global",
        properties: { virtualNetwork: { id: `${group}/Microsoft.Network/virtualNetworks/net` } },
      });
    const zoneGroup = () =>
      ask("PUT", "Microsoft.Network/privateEndpoints/pe/privateDnsZoneGroups/default", network, {
        properties: {
          privateDnsZoneConfigs: [{ name: "registry", properties: { privateDnsZoneId: `${group}/${zone}` } }],
        },
      });
    expect(await zoneGroup()).toMatchObject({ code: "InvalidResourceReference" });
    expect(await ask("PUT", zone, dns, { location: "swedencentral" })).toMatchObject({
      code: "LocationNotAvailableForResourceType",
    });
    expect(await ask("PUT", zone, dns, { location: "Global" })).toMatchObject({ status: 201 });
    expect(await link("net")).toMatchObject({ status: 201, properties: { virtualNetworkLinkState: "Completed" } });
    expect(await link("again")).toMatchObject({ status: 409 });
    expect(await zoneGroup()).toMatchObject({ status: 201 });
    expect(await ask("DELETE", zone, dns)).toMatchObject({ status: 409, code: "CannotDeleteResource" });
    expect(await ask("DELETE", `${zone}/virtualNetworkLinks/net`, dns)).toMatchObject({ status: 200 });
    expect(await ask("DELETE", zone, dns)).toMatchObject({ status: 200 });
    expect(await ask("DELETE", "Microsoft.Network/privateEndpoints/pe", network)).toMatchObject({ status: 200 });
  });
});

describe("a cluster in a network of its own", () => {
  const pool = { name: "system", mode: "System", count: 1, vmSize: "Standard_D2s_v5" };
  const put = (properties: object = {}, pools: object[] = [{ ...pool, vnetSubnetID: subnetId("nodes") }]) =>
    ask("PUT", "Microsoft.ContainerService/managedClusters/aks", aks, {
      location: "swedencentral",
      identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
      properties: {
        dnsPrefix: "aks",
        identityProfile: { kubeletidentity: { resourceId: kubelet.id } },
        agentPoolProfiles: pools,
        ...properties,
      },
    });

  it("needs the control plane's permission on the subnet first", async () => {
    const refused = await put();
    expect(refused).toMatchObject({ status: 400, code: "ResourceMissingPermissionError" });
    expect(refused.message).toContain(
      "Check access result not allowed for action Microsoft.Network/virtualNetworks/subnets/join/action.",
    );
    await giveRole(environment.azure, subnetId("nodes"), control.principalId, networkContributor);
  });

  it.each<[string, object, object[] | undefined, string]>([
    [
      "authorized ranges of a private API server",
      { apiServerAccessProfile: { enablePrivateCluster: true, authorizedIPRanges: ["203.0.113.0/24"] } },
      undefined,
      "InvalidParameter",
    ],
    [
      "Services in the nodes' range",
      { networkProfile: { serviceCidr: "10.1.0.0/20" } },
      undefined,
      "ServiceCidrOverlapExistingSubnetsCidr",
    ],
    [
      "pods in the nodes' range",
      { networkProfile: { podCidr: "10.1.0.0/16" } },
      undefined,
      "PodCidrOverlapExistingSubnetsCidr",
    ],
    [
      "an API server in a subnet without the delegation",
      { apiServerAccessProfile: { subnetId: "NODES" } },
      undefined,
      "InvalidParameter",
    ],
    [
      "more nodes than the subnet has addresses",
      {},
      [{ ...pool, count: 252, vnetSubnetID: "NODES" }],
      "InsufficientSubnetSize",
    ],
    ["a subnet that does not exist", {}, [{ ...pool, vnetSubnetID: "NONE" }], "InvalidResourceReference"],
    ["a maximum below the minimum", {}, [{ ...pool, enableAutoScaling: true, minCount: 3, maxCount: 1 }], "BadRequest"],
    ["bounds without an autoscaler", {}, [{ ...pool, minCount: 1, maxCount: 3 }], "BadRequest"],
    ["a system pool of spot nodes", {}, [{ ...pool, scaleSetPriority: "Spot" }], "BadRequest"],
  ])("refuses %s", async (_, properties, pools, code) => {
    const named = JSON.parse(
      JSON.stringify([properties, pools ?? null])
        .replaceAll('"NODES"', JSON.stringify(subnetId("nodes")))
        .replaceAll('"NONE"', JSON.stringify(subnetId("none"))),
    ) as [object, object[] | null];
    expect(await put(named[0], named[1] ?? undefined)).toMatchObject({ status: 400, code });
  });

  it("is created, and keeps the subnet from being deleted", async () => {
    expect(await put({ autoUpgradeProfile: { upgradeChannel: "patch" } })).toMatchObject({ status: 201 });
    await settled();
    expect(await ask("DELETE", "Microsoft.Network/virtualNetworks/net/subnets/nodes", network)).toMatchObject({
      code: "InUseSubnetCannotBeDeleted",
    });
  });

  const cluster = "Microsoft.ContainerService/managedClusters/aks";
  const settled = async () => {
    for (;;) {
      const { properties } = await ask("GET", cluster, aks);
      if (properties?.provisioningState === "Succeeded") return properties;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it("accepts pools in a subnet if the others are in one", async () => {
    const more = (properties: object) =>
      ask("PUT", `${cluster}/agentPools/apps`, aks, {
        properties: { count: 1, vmSize: "Standard_D2s_v5", ...properties },
      });
    expect(await more({})).toMatchObject({ code: "AgentPoolsWithEmptySubnetError" });
    const inSubnet = { vnetSubnetID: subnetId("nodes") };
    expect(await more({ ...inSubnet, scaleSetPriority: "Spot", upgradeSettings: { maxSurge: "33%" } })).toMatchObject({
      status: 400,
    });
    expect(await more({ ...inSubnet, enableAutoScaling: true, minCount: 1, maxCount: 3 })).toMatchObject({
      status: 201,
    });
    await settled();
  });

  it("is autoscaled on request within the pool's bounds", async () => {
    const apps = `${group}/${cluster}/agentPools/apps`;
    await simulation(environment.azure, "POST", "autoscale", { pool: apps, count: 3 });
    expect((await settled()).agentPoolProfiles).toMatchObject([{ name: "system" }, { name: "apps", count: 3 }]);
    await expect(simulation(environment.azure, "POST", "autoscale", { pool: apps, count: 4 })).rejects.toThrow(
      "from 1 to 3",
    );
    await expect(
      simulation(environment.azure, "POST", "autoscale", { pool: apps.replace("apps", "system"), count: 2 }),
    ).rejects.toThrow("does not have enableAutoScaling");
  });

  it("is patched by its channel, keeps its minor version, and refuses downgrades", async () => {
    const id = `${group}/${cluster}`;
    const minor = defaultVersion();
    const [older, patched] = [fullVersion(minor), `${minor}.40`];
    await simulation(environment.azure, "POST", "upgrade", { cluster: id, version: patched });
    const upgraded = { kubernetesVersion: minor, currentKubernetesVersion: patched };
    expect(await settled()).toMatchObject({
      ...upgraded,
      agentPoolProfiles: [{ orchestratorVersion: minor, currentOrchestratorVersion: patched }, {}],
    });
    expect(await put({ kubernetesVersion: older })).toMatchObject({ status: 400, code: "OperationNotAllowed" });
    expect(await put({ kubernetesVersion: minor })).toMatchObject({ status: 200 });
    expect(await settled()).toMatchObject(upgraded);
    await expect(simulation(environment.azure, "POST", "upgrade", { cluster: id, version: "1.99.0" })).rejects.toThrow(
      `does not upgrade a cluster from ${patched} to 1.99.0`,
    );
  });

  it("has maintenance windows with AKS's names", async () => {
    const window = (name: string, maintenanceWindow: object) =>
      ask("PUT", `${cluster}/maintenanceConfigurations/${name}`, aks, { properties: { maintenanceWindow } });
    const weekly = {
      schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
      startTime: "02:00",
      durationHours: 4,
    };
    expect(await window("aksManagedAutoUpgradeSchedule", weekly)).toMatchObject({
      status: 201,
      properties: { maintenanceWindow: { utcOffset: "+00:00" } },
    });
    expect(await window("mine", weekly)).toMatchObject({ code: "InvalidParameter" });
    expect(await window("default", { ...weekly, durationHours: 3 })).toMatchObject({ code: "InvalidParameter" });
    expect(await window("default", { ...weekly, startTime: "2 am" })).toMatchObject({ code: "InvalidParameter" });
    const daily = { ...weekly, schedule: { daily: { intervalDays: 1 } } };
    expect(await window("aksManagedAutoUpgradeSchedule", daily)).toMatchObject({ code: "InvalidParameter" });
    expect(await window("aksManagedNodeOSUpgradeSchedule", daily)).toMatchObject({ status: 201 });
  });

  it("leaves nothing when its group is deleted", async () => {
    await azure.resources.resourceGroups.delete("rg");
    expect(await simulation(environment.azure, "GET", "inventory")).toMatchObject({ resources: [] });
  });
});
