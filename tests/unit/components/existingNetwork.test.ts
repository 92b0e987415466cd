import * as pulumi from "@pulumi/pulumi";
import { ExistingNetwork, type ExistingNetworkArgs } from "../../../components/existingNetwork.ts";
import { guid, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, refusal, valueOf } from "../pulumiMocks.ts";

const assignment = "azure-native:authorization:RoleAssignment";
const networkId = `${subscription}/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke`;
const args = {
  nodeSubnetId: `${networkId}/subnets/nodes`,
  controlPlane: { objectId: pulumi.output(guid("control plane")) },
} satisfies ExistingNetworkArgs;

async function create(more: Partial<ExistingNetworkArgs> = {}, preview = false) {
  const cloud = await mockCloud({ preview });
  const network = new ExistingNetwork("hello", { ...args, ...more });
  return { network, resources: await cloud.settled() };
}

test.each([false, true])("grants the control plane its role on the nodes' subnet (preview: %s)", async (preview) => {
  const { network, resources } = await create({}, preview);
  expect(labels(resources)).toEqual([`${assignment}::hello-join-nodes`, "tarmac:azure:ExistingNetwork::hello"]);
  expect(only(resources, assignment).inputs).toMatchObject({ scope: args.nodeSubnetId });
  expect(await valueOf(network.id)).toBe(networkId);
  expect(network.apiServerSubnetId).toBeUndefined();
  expect(network.privateEndpointSubnetId).toBeUndefined();
});

test("grants every role that the cluster needs for the parts it uses", async () => {
  const apiServerSubnetId = `${networkId}/subnets/api`;
  const privateDnsZoneId = `${subscription}/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.northeurope.azmk8s.io`;
  const { network, resources } = await create({
    apiServerSubnetId,
    privateDnsZoneId,
    privateEndpointSubnetId: `${networkId}/subnets/endpoints`,
  });
  expect(
    Object.fromEntries(
      ["join-nodes", "join-api-server", "join-network", "keep-names"].map((right) => [
        right,
        only(resources, assignment, `hello-${right}`).inputs.scope,
      ]),
    ),
  ).toEqual({
    ...{ "join-nodes": args.nodeSubnetId, "join-api-server": apiServerSubnetId },
    ...{ "join-network": networkId, "keep-names": privateDnsZoneId },
  });
  expect(await valueOf(network.privateEndpointSubnetId ?? pulumi.output(""))).toBe(`${networkId}/subnets/endpoints`);
});

test("creates nothing if the network team has granted the roles", async () => {
  const { network, resources } = await create({ assignRoles: false });
  expect(labels(resources)).toEqual(["tarmac:azure:ExistingNetwork::hello"]);
  expect(await valueOf(network.nodeSubnetId)).toBe(args.nodeSubnetId);
});

test("refuses ids that are not of subnets, and an API server in another network", async () => {
  const cloud = await mockCloud();
  expect(refusal(() => new ExistingNetwork("hello", { ...args, nodeSubnetId: networkId }))).toEqual([
    `nodeSubnetId: "${networkId}" is not the resource id of a subnet: use what this command prints: az network vnet subnet show --query id -g GROUP --vnet-name NETWORK -n NAME`,
  ]);
  const elsewhere = `${networkId}2/subnets/api`;
  expect(refusal(() => new ExistingNetwork("hello", { ...args, apiServerSubnetId: elsewhere }))).toEqual([
    `apiServerSubnetId: "${elsewhere}" is in another network than the nodes' subnet "${args.nodeSubnetId}": use a subnet of the same network`,
  ]);
  expect(await cloud.settled()).toEqual([]);
});

test.each<[Record<string, string>, string]>([
  [{ apiServerSubnetId: "nodes" }, "apiServerSubnetId: nodes is the nodes' subnet"],
  [{ systemNodeSubnetId: "NODES" }, "systemNodeSubnetId: NODES is the nodes' subnet"],
  [{ apiServerSubnetId: "api", systemNodeSubnetId: "api" }, "systemNodeSubnetId: api is the API server's subnet"],
  [
    { apiServerSubnetId: "api", privateEndpointSubnetId: "API" },
    "privateEndpointSubnetId: API is the API server's subnet",
  ],
])("refuses a subnet that Azure reserves for one purpose: %j", (named, problem) => {
  const id = (name: string) => `${networkId}/subnets/${name}`;
  const ids = Object.fromEntries(Object.entries(named).map(([key, name]) => [key, id(name)]));
  const [key = "", name = "", rest = ""] = /^(\w+): (\w+) (.*)$/.exec(problem)?.slice(1) ?? [];
  expect(refusal(() => new ExistingNetwork("hello", { ...args, ...ids }))).toEqual([
    `${key}: "${id(name)}" ${rest}: use another subnet of the same network`,
  ]);
});

test("allows private endpoints in the nodes' subnet", async () => {
  const { network } = await create({ privateEndpointSubnetId: args.nodeSubnetId });
  expect(await valueOf(network.privateEndpointSubnetId ?? pulumi.output(""))).toBe(args.nodeSubnetId);
});
