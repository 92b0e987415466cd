import * as pulumi from "@pulumi/pulumi";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { Network, type NetworkArgs } from "../../../components/network.ts";
import { guid, nameSuffix, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, refusal, valueOf } from "../pulumiMocks.ts";

const types = {
  address: "azure-native:network:PublicIPAddress",
  assignment: "azure-native:authorization:RoleAssignment",
  group: "azure-native:network:NetworkSecurityGroup",
  nat: "azure-native:network:NatGateway",
  network: "azure-native:network:VirtualNetwork",
  subnet: "azure-native:network:Subnet",
};
const args = {
  resourceGroupName: "group",
  location: "northeurope",
  range: "10.224.0.0/16",
  subnets: { nodes: "10.224.0.0/20", privateEndpoints: "10.224.16.0/24" },
  controlPlane: { objectId: pulumi.output(guid("control plane")) },
  tags: { app: "hello" },
} satisfies NetworkArgs;
const networkId = `${subscription}/resourceGroups/group/providers/Microsoft.Network/virtualNetworks/hello${nameSuffix}`;
const role = (id: string) => `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const networkContributor = role("4d97b98b-1d4f-4787-a291-c67834d212e7");

async function create(more: Partial<NetworkArgs> = {}, preview = false) {
  const cloud = await mockCloud({ preview });
  const network = new Network("hello", { ...args, ...more });
  return { network, resources: await cloud.settled() };
}

const expected = [
  `${types.assignment}::hello-join-nodes`,
  `${types.group}::hello-nodes`,
  `${types.group}::hello-private-endpoints`,
  `${types.subnet}::hello-nodes`,
  `${types.subnet}::hello-private-endpoints`,
  `${types.network}::hello`,
  "tarmac:azure:Network::hello",
];

test.each([false, true])(
  "creates a network, its subnets with a security group each, and the control plane's right (preview: %s)",
  async (preview) => {
    expect(labels((await create({}, preview)).resources)).toEqual(expected);
  },
);

describe("a network", () => {
  test("is tagged, and has its subnets as resources of their own, created one after the other", async () => {
    const { resources } = await create();
    expect(only(resources, types.network).inputs).toMatchObject({
      resourceGroupName: "group",
      location: "northeurope",
      addressSpace: { addressPrefixes: ["10.224.0.0/16"] },
      tags: { app: "hello" },
    });
    expect(only(resources, types.network).inputs).not.toHaveProperty("subnets");
    const [nodes, endpoints] = ["hello-nodes", "hello-private-endpoints"].map((name) =>
      only(resources, types.subnet, name),
    );
    expect(nodes?.inputs).toMatchObject({ subnetName: "nodes", addressPrefix: "10.224.0.0/20" });
    expect(endpoints?.inputs).toMatchObject({ subnetName: "private-endpoints", addressPrefix: "10.224.16.0/24" });
    expect(endpoints?.dependencies).toContain(`${types.subnet}::hello-nodes`);
  });

  test("lets the control plane join the nodes' subnet, and nothing more", async () => {
    const { resources } = await create();
    expect(only(resources, types.assignment).inputs).toMatchObject({
      scope: `${networkId}/subnets/nodes`,
      principalId: guid("control plane"),
      principalType: "ServicePrincipal",
      roleDefinitionId: networkContributor,
    });
  });

  test("has a subnet for the API server, delegated to AKS, if a range is given", async () => {
    const { network, resources } = await create({ subnets: { ...args.subnets, apiServer: "10.224.17.0/28" } });
    expect(labels(resources)).toEqual(
      [
        ...expected,
        `${types.assignment}::hello-join-api-server`,
        `${types.group}::hello-api-server`,
        `${types.subnet}::hello-api-server`,
      ].sort(),
    );
    expect(only(resources, types.subnet, "hello-api-server").inputs).toMatchObject({
      addressPrefix: "10.224.17.0/28",
      delegations: [{ name: "aks", serviceName: "Microsoft.ContainerService/managedClusters" }],
    });
    expect(network.apiServerSubnetId).toBeDefined();
    expect((await create()).network.apiServerSubnetId).toBeUndefined();
  });

  test("names each subnet's security group in the subnet's own request, as policies of companies demand", async () => {
    const { resources } = await create({ subnets: { ...args.subnets, apiServer: "10.224.17.0/28" } });
    for (const part of ["nodes", "private-endpoints", "api-server"]) {
      expect(only(resources, types.subnet, `hello-${part}`).inputs.networkSecurityGroup).toEqual({
        id: `${subscription}/resourceGroups/group/providers/Microsoft.Network/networkSecurityGroups/hello-${part}${nameSuffix}`,
      });
      expect(only(resources, types.group, `hello-${part}`).inputs.tags).toEqual({ app: "hello" });
    }
    expect(only(resources, types.group, "hello-private-endpoints").inputs.securityRules).toEqual([]);
  });

  const everything = { protocol: "*", sourcePortRange: "*", destinationPortRange: "*", access: "Allow" };
  const cluster = ["10.224.0.0/20", "10.244.0.0/16"];
  const amongThem = {
    ...everything,
    priority: 100,
    sourceAddressPrefixes: cluster,
    destinationAddressPrefixes: cluster,
  };
  const rulesOf = async (more: Partial<NetworkArgs>) =>
    only((await create(more)).resources, types.group, "hello-nodes").inputs.securityRules;

  test("lets nodes and pods talk, whose packets Azure's default rules do not cover, and opens no port", async () => {
    expect(await rulesOf({})).toEqual([
      { ...amongThem, name: "nodes-and-pods", direction: "Inbound" },
      { ...amongThem, name: "nodes-and-pods-out", direction: "Outbound" },
    ]);
    expect(await rulesOf({ podRange: "192.168.0.0/16" })).toMatchObject([
      { destinationAddressPrefixes: ["10.224.0.0/20", "192.168.0.0/16"] },
      {},
    ]);
  });

  test("opens the ports of public load balancers, to the internet or to given ranges", async () => {
    const rule = {
      ...{ name: "load-balancers", direction: "Inbound", priority: 110, access: "Allow", protocol: "Tcp" },
      ...{ sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRanges: ["80", "443"] },
    };
    const ports = { publicPorts: [80, 443] };
    expect((await rulesOf(ports)) as object[]).toContainEqual({ ...rule, sourceAddressPrefix: "Internet" });
    expect((await rulesOf({ ...ports, publicFrom: ["203.0.113.0/24"] })) as object[]).toContainEqual({
      ...rule,
      sourceAddressPrefixes: ["203.0.113.0/24"],
    });
  });

  test("has a fixed outbound address on request", async () => {
    const { network, resources } = await create({ natGateway: true });
    expect(labels(resources)).toEqual(
      [...expected, `${types.address}::hello-outbound`, `${types.nat}::hello-outbound`].sort(),
    );
    const inGroup = `${subscription}/resourceGroups/group/providers/Microsoft.Network`;
    expect(only(resources, types.nat).inputs).toMatchObject({
      sku: { name: "Standard" },
      publicIpAddresses: [{ id: `${inGroup}/publicIPAddresses/hello-outbound${nameSuffix}` }],
    });
    expect(only(resources, types.address).inputs).toMatchObject({ publicIPAllocationMethod: "Static" });
    const ofNodes = only(resources, types.subnet, "hello-nodes").inputs;
    expect(ofNodes.natGateway).toEqual({ id: `${inGroup}/natGateways/hello-outbound${nameSuffix}` });
    expect(only(resources, types.subnet, "hello-private-endpoints").inputs).not.toHaveProperty("natGateway");
    expect(await valueOf(network.outboundAddress ?? pulumi.output(undefined))).toBe("198.51.100.7");
  });

  test("lets the control plane use other subnets if load balancers get addresses there", async () => {
    const { resources } = await create({ otherSubnets: true });
    expect(only(resources, types.assignment, "hello-join-network").inputs).toMatchObject({
      scope: networkId,
      roleDefinitionId: networkContributor,
    });
  });

  test("is deleted with its resource group, which waits for what AKS still has in a subnet", async () => {
    const cloud = await mockCloud();
    const group = new ResourceGroup("all");
    new Network("hello", args, { deletedWith: group });
    const resources = await cloud.settled();
    for (const type of [types.network, types.subnet, types.group])
      for (const one of resources.filter((resource) => resource.type === type))
        expect(one.deletedWith).toBe("azure-native:resources:ResourceGroup::all");
  });

  test("lets the control plane link the network to an existing zone, and write records there", async () => {
    const zone = `${subscription}/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.northeurope.azmk8s.io`;
    const { resources } = await create({ privateDnsZoneId: zone });
    expect(only(resources, types.assignment, "hello-keep-names").inputs).toMatchObject({
      scope: zone,
      roleDefinitionId: role("b12aa53e-6015-4669-85d0-8515ebb3ae7f"),
    });
    expect(only(resources, types.assignment, "hello-join-network").inputs).toMatchObject({
      scope: networkId,
      roleDefinitionId: networkContributor,
    });
  });
});

test.each<[string, Partial<NetworkArgs>, string[]]>([
  [
    "an invalid range",
    { range: "10.224.0.0" },
    ['range: "10.224.0.0" is not an address range: use ADDRESS/BITS, e.g. "10.20.0.0/24"'],
  ],
  [
    "public addresses",
    { range: "20.0.0.0/16", subnets: { nodes: "20.0.0.0/24", privateEndpoints: "10.224.16.0/24" } },
    [
      'range: "20.0.0.0/16" is not a private range: use a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, or 100.64.0.0/10',
      'subnets.nodes: "20.0.0.0/24" is not a private range: use a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, or 100.64.0.0/10',
      'subnets.privateEndpoints: "10.224.16.0/24" is not inside the network range "20.0.0.0/16": use a range inside it',
    ],
  ],
  [
    "overlapping subnets",
    { subnets: { nodes: "10.224.0.0/20", privateEndpoints: "10.224.8.0/24" } },
    [
      'subnets.privateEndpoints: "10.224.8.0/24" overlaps "10.224.0.0/20", the subnet of nodes: use ranges that do not overlap',
    ],
  ],
  [
    "too little room for the API server",
    { subnets: { ...args.subnets, apiServer: "10.224.17.0/29" } },
    [
      'subnets.apiServer: "10.224.17.0/29" has the wrong size: use a prefix from /8 (the largest) to /28 (the smallest)',
    ],
  ],
])("refuses %s before anything is registered", async (_, more, problems) => {
  const cloud = await mockCloud();
  expect(refusal(() => new Network("hello", { ...args, ...more }))).toEqual(problems);
  expect(await cloud.settled()).toEqual([]);
});
