/** Accepted and rejected values of the settings of the network, with the messages. */
import { list, type SettingCases } from "./settingCases.ts";

const range = 'is not an address range: use ADDRESS/BITS, e.g. "10.20.0.0/24"';
const isPrivate =
  "is not a private range: use a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, or 100.64.0.0/10";
const flag = 'is not a boolean: use "true" or "false"';
const zone =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones";

const network =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke";
const notASubnet =
  "is not the resource id of a subnet: use what this command prints: az network vnet subnet show --query id -g GROUP --vnet-name NETWORK -n NAME";

export const networkCases: SettingCases = {
  accepted: [
    ["ownNetwork", "true", true],
    ["networkRange", "10.224.0.0/19", "10.224.0.0/19"],
    ["nodeRange", "10.224.0.0/24", "10.224.0.0/24"],
    ["privateEndpointRange", "10.224.20.0/27", "10.224.20.0/27"],
    ["apiServerRange", "10.224.20.0/28", "10.224.20.0/28"],
    ["systemNodeRange", "10.224.20.0/26", "10.224.20.0/26"],
    ["podRange", "192.168.0.0/16", "192.168.0.0/16"],
    ["serviceRange", "172.16.0.0/16", "172.16.0.0/16"],
    ["authorizedRanges", '["203.0.113.7/32","198.51.100.0/24"]', ["203.0.113.7/32", "198.51.100.0/24"]],
    ["privateCluster", "true", true],
    ["outboundType", "managedNATGateway", "managedNATGateway"],
  ],
  beside: {
    networkRange: { ownNetwork: "true" },
    nodeRange: { ownNetwork: "true" },
    privateEndpointRange: { ownNetwork: "true" },
    apiServerRange: { ownNetwork: "true", apiServerInNetwork: "true" },
    systemNodeRange: { ownNetwork: "true", clusterMode: "automatic" },
  },
  refused: [
    [
      "authorizedRanges",
      '["127.0.0.1/32","224.0.0.1/32"]',
      '"127.0.0.1/32" has addresses that the internet does not route, so no request comes from them: use public addresses',
      '"224.0.0.1/32" has addresses that the internet does not route, so no request comes from them: use public addresses',
    ],
    [
      "authorizedRanges",
      JSON.stringify(Array.from({ length: 201 }, (_, i) => `203.0.${i}.7/32`)),
      "201 ranges are more than 200, the most that AKS takes: merge neighboring ranges into larger ones",
    ],
    ["ownNetwork", "yes", `"yes" ${flag}`],
    ["networkRange", "10.224.0.0", `"10.224.0.0" ${range}`],
    ["networkRange", "20.0.0.0/16", `"20.0.0.0/16" ${isPrivate}`],
    [
      "networkRange",
      "10.224.0.0/28",
      '"10.224.0.0/28" has the wrong size: use a prefix from /8 (the largest) to /26 (the smallest)',
    ],
    ["networkRange", "fd00::/64", '"fd00::/64" is not an IPv4 range: use e.g. "10.224.0.0/16"'],
    ["nodeRange", "10.224.0.1/20", '"10.224.0.1/20" is an address inside a range: use "10.224.0.0/20" for all 4096'],
    [
      "privateEndpointRange",
      "10.1.0.0/30",
      '"10.1.0.0/30" has the wrong size: use a prefix from /8 (the largest) to /29 (the smallest)',
    ],
    ["apiServerInNetwork", "1", `"1" ${flag}`],
    [
      "apiServerRange",
      "10.1.0.0/29",
      '"10.1.0.0/29" has the wrong size: use a prefix from /8 (the largest) to /28 (the smallest)',
    ],
    [
      "systemNodeRange",
      "10.1.0.0/28",
      '"10.1.0.0/28" has the wrong size: use a prefix from /8 (the largest) to /27 (the smallest)',
    ],
    ["podRange", "172.31.0.0/16", '"172.31.0.0/16" overlaps 172.31.0.0/16, which AKS reserves: use another range'],
    [
      "serviceRange",
      "10.0.0.0/8",
      '"10.0.0.0/8" has the wrong size: use a prefix from /12 (the largest) to /27 (the smallest)',
    ],
    ["authorizedRanges", "203.0.113.7", `"203.0.113.7" ${list}`],
    ["authorizedRanges", '["203.0.113.7"]', `"203.0.113.7" ${range}`],
    ["authorizedRanges", '["0.0.0.0/0"]', '"0.0.0.0/0" allows every address: to allow all, remove authorizedRanges'],
    [
      "authorizedRanges",
      '["10.0.0.0/24"]',
      '"10.0.0.0/24" is a private range, and no request from the internet comes from one: use public addresses, or make the cluster private (privateCluster)',
    ],
    [
      "authorizedRanges",
      '["2001:db8::/32"]',
      '"2001:db8::/32" is not an IPv4 range, and AKS accepts no other: use e.g. "203.0.113.7/32"',
    ],
    ["privateCluster", "private", `"private" ${flag}`],
    [
      "privateDnsZone",
      "privatelink.westeurope.azmk8s.io",
      '"privatelink.westeurope.azmk8s.io" is not "system", "none", or the resource id of a private DNS zone: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n NAME',
    ],
    [
      "privateDnsZone",
      `${zone}/example.com`,
      'the zone "example.com" has a name that AKS does not accept: use privatelink.REGION.azmk8s.io or private.REGION.azmk8s.io, optionally after a label of your own',
    ],
    ["privateRegistry", "maybe", `"maybe" ${flag}`],
    ["nodeSubnetId", "nodes", `"nodes" ${notASubnet}`],
    ["apiServerSubnetId", "api", `"api" ${notASubnet}`],
    ["systemNodeSubnetId", "system", `"system" ${notASubnet}`],
    ["privateEndpointSubnetId", network, `"${network}" ${notASubnet}`],
    [
      "registryDnsZone",
      `${zone}/example.com`,
      `"${zone}/example.com" is not "own", "none", or the resource id of a zone privatelink.azurecr.io: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n privatelink.azurecr.io`,
    ],
    [
      "outboundType",
      "none",
      '"none" is not one of "loadBalancer", "managedNATGateway", "userAssignedNATGateway", "userDefinedRouting"',
    ],
    ["assignNetworkRoles", "no", `"no" ${flag}`],
  ],
  together: [
    [
      "a network of the stack beside an existing one",
      { ownNetwork: "true", nodeSubnetId: `${network}/subnets/nodes` },
      ["tarmac:nodeSubnetId: names an existing subnet, but ownNetwork creates the network: remove one of the two"],
    ],
    [
      "existing subnets without one for the nodes",
      { apiServerSubnetId: `${network}/subnets/api`, assignNetworkRoles: "false" },
      ["apiServerSubnetId", "assignNetworkRoles"].map(
        (key) => `tarmac:${key}: applies only beside an existing subnet of the nodes: set nodeSubnetId, or remove this`,
      ),
    ],
    [
      "an API server in another network than the nodes, and ranges without a network",
      {
        ...{ nodeSubnetId: `${network}/subnets/nodes`, apiServerSubnetId: `${network}2/subnets/api` },
        nodeRange: "10.1.0.0/24",
      },
      [
        `tarmac:apiServerSubnetId: "${network}2/subnets/api" is in another network than the nodes' subnet "${network}/subnets/nodes": use a subnet of the same network`,
        "tarmac:nodeRange: applies only to a network of the stack, and nodeSubnetId names an existing one: remove this",
      ],
    ],
    [
      "outbound types that the network does not support",
      { outboundType: "userDefinedRouting" },
      [
        'tarmac:outboundType: "userDefinedRouting" needs a subnet whose route table leads to a firewall before the cluster exists: set nodeSubnetId',
      ],
    ],
    [
      "AKS's NAT gateway in a network that AKS does not create",
      { ownNetwork: "true", outboundType: "managedNATGateway" },
      [
        'tarmac:outboundType: "managedNATGateway" works only in a network that AKS creates: use "userAssignedNATGateway"',
      ],
    ],
    [
      "a subnet's NAT gateway in a network that AKS creates",
      { outboundType: "userAssignedNATGateway" },
      [
        'tarmac:outboundType: "userAssignedNATGateway" needs a subnet with a NAT gateway: set ownNetwork to true, or nodeSubnetId, or use "managedNATGateway"',
      ],
    ],
    [
      "a zone of a registry without a private address",
      { registryDnsZone: "none" },
      [
        "tarmac:registryDnsZone: applies only to a registry with a private endpoint: set privateRegistry to true, or remove this",
      ],
    ],
    [
      "subnets outside their network",
      { ownNetwork: "true", networkRange: "10.8.0.0/16" },
      [
        `tarmac:nodeRange: "10.224.0.0/20" is not inside the network range "10.8.0.0/16": use a range inside it`,
        `tarmac:privateEndpointRange: "10.224.16.0/24" is not inside the network range "10.8.0.0/16": use a range inside it`,
      ],
    ],
    [
      "overlapping subnets",
      { ownNetwork: "true", apiServerInNetwork: "true", apiServerRange: "10.224.16.0/28" },
      [
        'tarmac:apiServerRange: "10.224.16.0/28" overlaps "10.224.16.0/24", the subnet of privateEndpoints: use ranges that do not overlap',
      ],
    ],
    [
      "pods and Services in the network",
      { ownNetwork: "true", podRange: "10.224.0.0/16", serviceRange: "10.224.128.0/20" },
      [
        'tarmac:podRange: "10.224.0.0/16" overlaps "10.224.128.0/20", the range of serviceRange: use ranges that do not overlap',
        'tarmac:podRange: "10.224.0.0/16" overlaps "10.224.0.0/16", the range of networkRange: use ranges that do not overlap',
        'tarmac:serviceRange: "10.224.128.0/20" overlaps "10.224.0.0/16", the range of networkRange: use ranges that do not overlap',
      ],
    ],
    [
      "more nodes than the subnet has addresses",
      { ownNetwork: "true", nodeRange: "10.224.0.0/27", nodeCount: "3", nodeMaxCount: "30" },
      [
        'tarmac:nodeRange: "10.224.0.0/27" has room for 27 nodes, but the pools at maximum size have 40 during an upgrade: use a larger range or smaller pools',
      ],
    ],
    [
      "more nodes than there are addresses for their pods",
      { podRange: "10.50.0.0/22", userPools: '{"apps":{"vmSize":"Standard_D2s_v5","count":4}}' },
      [
        'tarmac:podRange: "10.50.0.0/22" has room for the pods of 4 nodes, but the pools at maximum size have 9 during an upgrade: use a larger range or smaller pools',
      ],
    ],
    [
      "authorized ranges of a private cluster",
      { privateCluster: "true", authorizedRanges: '["203.0.113.7/32"]' },
      [
        "tarmac:authorizedRanges: a private cluster has no public address: remove the ranges, or set privateCluster to false",
      ],
    ],
    [
      "a zone without anything private",
      { privateDnsZone: "none" },
      [
        "tarmac:privateDnsZone: only a private cluster has a private DNS zone: set privateCluster to true, or remove this",
      ],
    ],
    [
      "a zone for a network that AKS creates",
      { privateCluster: "true", privateDnsZone: `${zone}/privatelink.westeurope.azmk8s.io` },
      [
        "tarmac:privateDnsZone: a custom zone must be linked to a network that exists before the cluster: set ownNetwork to true, or nodeSubnetId",
      ],
    ],
    [
      "an API server without a network",
      { apiServerInNetwork: "true" },
      [
        "tarmac:apiServerInNetwork: requires a network of the stack: set ownNetwork to true, or apiServerSubnetId for an existing subnet",
      ],
    ],
    [
      "a private address without a network",
      { privateRegistry: "true", registrySku: "Premium" },
      [
        "tarmac:privateRegistry: requires a subnet for private endpoints: set ownNetwork to true, or privateEndpointSubnetId",
      ],
    ],
    [
      "a private address of a registry that cannot have one",
      { privateRegistry: "true", ownNetwork: "true" },
      ['tarmac:privateRegistry: a Basic registry cannot have a private endpoint: set registrySku to "Premium"'],
    ],
  ],
};
