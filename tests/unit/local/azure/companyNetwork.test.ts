/** What a company's subscription adds to a network: policies, security groups, route tables, NAT gateways. */
import { type Answer, arm, armToken, type Environment, eventually, simulation } from "./testAzure.ts";
import { giveRole, type Identity, startWithClusterIdentities } from "./principals.ts";

let environment: Environment;
let token: string;
let group: string;
let control: Identity;
let kubelet: Identity;

const versions = { network: "2024-05-01", aks: "2025-09-01" };
const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";

beforeAll(async () => {
  const started = await startWithClusterIdentities();
  ({ environment, control, kubelet } = started);
  group = `${started.group}/providers`;
  token = await armToken(environment.azure);
  await put("virtualNetworks/net", { addressSpace: { addressPrefixes: ["10.1.0.0/16"] } });
});
afterAll(() => environment.stop());

const ask = (method: string, path: string, body?: unknown, version = versions.network): Promise<Answer> =>
  arm(environment.azure, method, `${group}/${path}`, version, body, token);
const put = (path: string, properties: object, more: object = {}) =>
  ask("PUT", `Microsoft.Network/${path}`, { location: "swedencentral", properties, ...more });
const remove = (path: string) => ask("DELETE", `Microsoft.Network/${path}`);
const id = (path: string) => `${group}/Microsoft.Network/${path}`;
const subnet = (name: string, addressPrefix: string, more: object = {}) =>
  put(`virtualNetworks/net/subnets/${name}`, { addressPrefix, ...more });

describe("the policy Deny-Subnet-Without-Nsg of Azure's landing zones", () => {
  const policy = {
    name: "Subnets should have a Network Security Group",
    effect: "Deny",
    type: "Microsoft.Network/virtualNetworks/subnets",
    property: "properties.networkSecurityGroup",
    value: null,
    managementGroup: "landing-zones",
  };
  beforeAll(() => simulation(environment.azure, "PUT", "limits", { policies: [policy] }));
  afterAll(() => simulation(environment.azure, "PUT", "limits", {}));

  it("denies a subnet whose own request names no security group", async () => {
    expect(await subnet("bare", "10.1.9.0/24")).toMatchObject({ status: 403, code: "RequestDisallowedByPolicy" });
    expect(await put("networkSecurityGroups/bare", {})).toMatchObject({ status: 201 });
    const own = { networkSecurityGroup: { id: id("networkSecurityGroups/bare") } };
    expect(await subnet("bare", "10.1.9.0/24", own)).toMatchObject({ status: 201 });
    // Removing the group is denied as well.
    expect(await subnet("bare", "10.1.9.0/24")).toMatchObject({ status: 403 });
  });
});

describe("a resource that a subnet names", () => {
  it("must exist, and cannot be deleted before the subnet releases it", async () => {
    const rule = (name: string, priority: number) => ({
      name,
      properties: { priority, direction: "Inbound", access: "Allow", protocol: "*" },
    });
    expect(await put("networkSecurityGroups/g", { securityRules: [rule("a", 100), rule("b", 100)] })).toMatchObject({
      status: 400,
      code: "SecurityRuleConflict",
      message: "Security rule b conflicts with rule a. Rules cannot have the same Priority and Direction.",
    });
    expect(await put("networkSecurityGroups/g", { securityRules: [rule("a", 50)] })).toMatchObject({ status: 400 });
    await put("networkSecurityGroups/g", { securityRules: [rule("a", 100)] });
    await put("routeTables/t", { routes: [] });
    await put("publicIPAddresses/p", { publicIPAllocationMethod: "Static" }, { sku: { name: "Standard" } });
    expect(
      await put("publicIPAddresses/q", { publicIPAllocationMethod: "Dynamic" }, { sku: { name: "Standard" } }),
    ).toMatchObject({
      code: "StandardSkuPublicIPAddressesMustBeStatic",
    });
    expect(await put("natGateways/n", {})).toMatchObject({ status: 400 });
    await put(
      "natGateways/n",
      { publicIpAddresses: [{ id: id("publicIPAddresses/p") }] },
      { sku: { name: "Standard" } },
    );

    expect(await subnet("all", "10.1.7.0/24", { routeTable: { id: id("routeTables/none") } })).toMatchObject({
      code: "InvalidResourceReference",
    });
    const everything = {
      networkSecurityGroup: { id: id("networkSecurityGroups/g") },
      routeTable: { id: id("routeTables/t") },
      natGateway: { id: id("natGateways/n") },
    };
    expect(await subnet("all", "10.1.7.0/24", everything)).toMatchObject({ status: 201, properties: everything });
    const inUse = [
      ["networkSecurityGroups/g", "InUseNetworkSecurityGroupCannotBeDeleted"],
      ["routeTables/t", "InUseRouteTableCannotBeDeleted"],
      ["natGateways/n", "InUseNatGatewayCannotBeDeleted"],
      ["publicIPAddresses/p", "PublicIPAddressCannotBeDeleted"],
    ] as const;
    for (const [path, code] of inUse) {
      expect(await remove(path)).toMatchObject({ status: 400, code });
      if (!path.startsWith("public"))
        expect(await ask("GET", `Microsoft.Network/${path}`)).toMatchObject({
          properties: { subnets: [{ id: id("virtualNetworks/net/subnets/all") }] },
        });
    }
    await subnet("all", "10.1.7.0/24");
    for (const [path] of inUse) expect(await remove(path)).toMatchObject({ status: 200 });
  });
});

describe("a cluster's outbound path", () => {
  const nodes = "virtualNetworks/net/subnets/nodes";
  const cluster = (outboundType: string, inSubnet = true, more: object = {}) =>
    ask(
      "PUT",
      "Microsoft.ContainerService/managedClusters/aks",
      {
        location: "swedencentral",
        identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
        properties: {
          identityProfile: { kubeletidentity: { resourceId: kubelet.id } },
          agentPoolProfiles: [
            {
              name: "system",
              mode: "System",
              count: 1,
              vmSize: "Standard_D4s_v5",
              ...(inSubnet && { vnetSubnetID: id(nodes) }),
            },
          ],
          networkProfile: { outboundType },
          ...more,
        },
      },
      versions.aks,
    );

  beforeAll(async () => {
    await subnet("nodes", "10.1.0.0/24");
    await giveRole(environment.azure, id(nodes), control.principalId, networkContributor);
  });

  it("through a firewall needs a route table with a default route to one", async () => {
    expect(await cluster("userDefinedRouting", false)).toMatchObject({ code: "EmptySubnetError" });
    expect(await cluster("userDefinedRouting")).toMatchObject({
      status: 400,
      code: "ExistingRouteTableNotAssociatedWithSubnet",
      message: `An existing route table has not been associated with subnet ${id(nodes)}. Please update the route table association`,
    });
    const route = (nextHopType: string) =>
      put("routeTables/out", {
        routes: [
          { name: "out", properties: { addressPrefix: "0.0.0.0/0", nextHopType, nextHopIpAddress: "10.0.0.4" } },
        ],
      });
    await route("Internet");
    await subnet("nodes", "10.1.0.0/24", { routeTable: { id: id("routeTables/out") } });
    expect(await cluster("userDefinedRouting")).toMatchObject({ status: 400, code: "RouteTableInvalidNextHop" });
    await route("VirtualAppliance");
    expect(await cluster("userDefinedRouting")).toMatchObject({ status: 201 });
    await gone();
  });

  it("through a NAT gateway is AKS's in a network that AKS creates, and the subnet's in any other", async () => {
    const refused = await cluster("managedNATGateway");
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.message).toContain("Managed NAT gateway isn't compatible with custom virtual networks.");
    expect(await cluster("managedNATGateway", false)).toMatchObject({ status: 201 });
    await gone();
    expect(await cluster("userAssignedNATGateway")).toMatchObject({ status: 400 });
    await put("natGateways/n", {}, { sku: { name: "Standard" } });
    await subnet("nodes", "10.1.0.0/24", { natGateway: { id: id("natGateways/n") } });
    expect(await cluster("userAssignedNATGateway")).toMatchObject({ status: 201 });
    await gone();
  });

  it("does not remove the need for a public name on a private cluster without a zone", async () => {
    const access = { enablePrivateCluster: true, privateDNSZone: "none" };
    expect(
      await cluster("loadBalancer", true, {
        apiServerAccessProfile: { ...access, enablePrivateClusterPublicFQDN: false },
      }),
    ).toMatchObject({
      status: 400,
      message: "Private cluster with none private dns zone must enable public FQDN feature.",
    });
    expect(await cluster("loadBalancer", true, { apiServerAccessProfile: access })).toMatchObject({ status: 201 });
    await gone();
  });

  it("leaves a link in the API server's subnet for a while, which only the group's deletion waits for", async () => {
    const delegations = [{ name: "aks", properties: { serviceName: "Microsoft.ContainerService/managedClusters" } }];
    await subnet("api", "10.1.1.0/28", { delegations });
    await giveRole(environment.azure, id("virtualNetworks/net/subnets/api"), control.principalId, networkContributor);
    await simulation(environment.azure, "PUT", "delays", { serviceAssociationLinkSeconds: 1 });
    const apiServerAccessProfile = { enableVnetIntegration: true, subnetId: id("virtualNetworks/net/subnets/api") };
    expect(await cluster("loadBalancer", true, { apiServerAccessProfile })).toMatchObject({ status: 201 });
    await gone();
    const inUse = await remove("virtualNetworks/net/subnets/api");
    expect(inUse).toMatchObject({ status: 400, code: "InUseSubnetCannotBeDeleted" });
    expect(inUse.message).toContain("/subnets/api/serviceAssociationLinks/");
    expect((await ask("GET", "Microsoft.Network/virtualNetworks/net/subnets/api")).properties).toMatchObject({
      serviceAssociationLinks: [{ properties: { allowDelete: false } }],
    });
    const started = Date.now();
    expect(
      await arm(environment.azure, "DELETE", group.replace(/\/providers$/, ""), "2021-04-01", undefined, token),
    ).toMatchObject({ status: 202 });
    await eventually(async () =>
      expect(await simulation(environment.azure, "GET", "inventory")).toMatchObject({ resources: [] }),
    );
    expect(Date.now() - started).toBeGreaterThan(500);
  });

  const gone = async () => {
    await eventually(async () =>
      expect(
        (await ask("DELETE", "Microsoft.ContainerService/managedClusters/aks", undefined, versions.aks)).status,
      ).toBe(204),
    );
  };
});
