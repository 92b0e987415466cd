/** Network settings: the cluster's network, its private resources, and who can reach the API server. */
import {
  apiServerDefaults,
  rangesOfPrivateClusterProblem,
  zoneOfPublicClusterProblem,
} from "@tarmac/components/cluster/apiServerAccess";
import {
  aksRanges,
  overlapProblem,
  podRangeProblem,
  serviceRangeProblem,
} from "@tarmac/components/cluster/clusterRanges";
import { clusterDefaults } from "@tarmac/components/cluster";
import { existingNetworkFindings } from "@tarmac/components/existingNetwork";
import { networkFindings, networkProblem, reservedAddresses, subnetProblem } from "@tarmac/components/network";
import { type NetworkOwner, outboundProblem, outboundTypes } from "@tarmac/components/network/outbound";
import { addressAt, authorizedRangesProblem, isWithin, parseRange } from "@tarmac/validate/addressRange";
import { nodesDuringUpgrade } from "@tarmac/validate/nodePoolRules";
import { allowing } from "@tarmac/validate/valueCheck";
import {
  privateDnsZoneProblem,
  registryDnsZone,
  subnetIdProblem,
  zoneRegionProblem,
} from "@tarmac/validate/azureResourceId";
import { azureAnnotation, internalAnnotation } from "@tarmac/validate/azureServiceAnnotations";
import { choice, flag, list, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { type clusterSettings, isAutomatic, ofOwnClusterOnly, onExistingCluster } from "./clusterSettings.ts";
import { type exposureSettings, publicPorts } from "./exposureSettings.ts";
import { endpointZone, type FindingOf, unusedFindings } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

const addressRange = "address range, e.g. `10.224.0.0/16`";

export const networkSettings = {
  ownNetwork: flag({
    default: false,
    description: "Create a virtual network for the cluster, which can be peered with others. Default: AKS creates one.",
  }),
  networkRange: text({
    default: "10.224.0.0/16",
    description: "Address range of the network of ownNetwork.",
    problem: allowing(addressRange, networkProblem),
  }),
  nodeRange: text({
    default: "10.224.0.0/20",
    description: "Address range of the nodes, inside networkRange.",
    problem: allowing(addressRange, (range: string) => subnetProblem("nodes", range)),
  }),
  privateEndpointRange: text({
    default: "10.224.16.0/24",
    description: "Address range of private endpoints, inside networkRange.",
    problem: allowing(addressRange, (range: string) => subnetProblem("privateEndpoints", range)),
  }),
  apiServerInNetwork: flag({
    default: false,
    description:
      "Put the API server into the network of ownNetwork, so that nodes reach it without leaving the network.",
  }),
  apiServerRange: text({
    default: "10.224.17.0/28",
    description:
      "Address range of the API server with apiServerInNetwork or clusterMode automatic, inside networkRange.",
    problem: allowing(addressRange, (range: string) => subnetProblem("apiServer", range)),
  }),
  systemNodeRange: text({
    default: "10.224.17.64/26",
    description: "Address range of AKS's own nodes with clusterMode automatic, inside networkRange.",
    problem: allowing(addressRange, (range: string) => subnetProblem("systemNodes", range)),
  }),
  nodeSubnetId: optionalText({
    description:
      "Resource id of an existing subnet for the nodes, with its security group and routes. Default: a network of ownNetwork or of AKS.",
    problem: subnetIdProblem,
  }),
  apiServerSubnetId: optionalText({
    description:
      "Resource id of an existing subnet for the API server, in the network of nodeSubnetId. Default: the API server is outside the network.",
    problem: subnetIdProblem,
  }),
  systemNodeSubnetId: optionalText({
    description:
      "Resource id of an existing subnet for AKS's own nodes with clusterMode automatic, in the network of nodeSubnetId. Default: none.",
    problem: subnetIdProblem,
  }),
  privateEndpointSubnetId: optionalText({
    description: "Resource id of an existing subnet for the private endpoint of privateRegistry. Default: none.",
    problem: subnetIdProblem,
  }),
  assignNetworkRoles: flag({
    default: true,
    description:
      "Grant the cluster its roles on the existing subnets and DNS zones; set to false if the network team has granted them.",
  }),
  outboundType: choice(outboundTypes, {
    default: clusterDefaults.outboundType,
    description:
      "How the nodes reach the internet (AKS Automatic in a network of AKS: managedNATGateway). Changing it replaces the cluster; docs/network.md says which network each needs.",
  }),
  podRange: text({
    default: aksRanges.pods,
    description: "Address range of pods, used inside the cluster only; each node takes a /24.",
    problem: allowing(addressRange, podRangeProblem),
  }),
  serviceRange: text({
    default: aksRanges.services,
    description: "Address range of Services, used inside the cluster only.",
    problem: allowing(addressRange, serviceRangeProblem),
  }),
  authorizedRanges: list({
    default: apiServerDefaults.authorizedRanges,
    description: "Public address ranges that may reach the API server; include the deployer. Default: all addresses.",
    problem: allowing("address ranges, e.g. `203.0.113.7/32`", authorizedRangesProblem),
  }),
  privateCluster: flag({
    default: apiServerDefaults.privateCluster,
    description: "Give the API server no public address; docs/network.md shows how CI reaches it.",
  }),
  privateDnsZone: text({
    default: apiServerDefaults.privateDnsZone,
    description: "Private DNS zone of a private cluster: system (AKS creates one), none, or the resource id of a zone.",
    problem: allowing("`system`, `none` or a resource id", privateDnsZoneProblem),
  }),
  privateRegistry: flag({
    default: false,
    description:
      "Give the registry a private endpoint in the network; requires registrySku Premium, and ownNetwork or privateEndpointSubnetId.",
  }),
  registryDnsZone: text({
    default: "own",
    description:
      "Private DNS zone of privateRegistry: own (the stack creates one), the resource id of a shared zone, or none (a policy enters the address).",
    problem: endpointZone(registryDnsZone),
  }),
};

/** The values of these settings and of those that the checks need. */
type Settings = ValuesOf<typeof networkSettings & typeof clusterSettings & typeof exposureSettings> & {
  registrySku: string;
  location: string;
};
type Finding = FindingOf<Settings>;

/** Returns the problems of the network settings in combination. */
export function networkProblems(s: Settings): Finding[] {
  if (onExistingCluster(s)) return unusedFindings(s, networkSettings, ofOwnClusterOnly);
  return [
    ["podRange", overlapProblem(s.podRange, s.serviceRange, "serviceRange") ?? podsFitProblem(s)],
    ...(s.ownNetwork ? inOwnNetwork(s) : []),
    ...existingSubnetProblems(s),
    ["outboundType", outboundProblem(s.outboundType, ownerOf(s))],
    ["authorizedRanges", rangesOfPrivateClusterProblem(s.privateCluster, s.authorizedRanges)],
    [
      "privateDnsZone",
      !s.privateCluster && s.privateDnsZone !== networkSettings.privateDnsZone.default
        ? zoneOfPublicClusterProblem
        : zoneId(s) !== undefined && ownerOf(s) === "AKS"
          ? "a custom zone must be linked to a network that exists before the cluster: set ownNetwork to true, or nodeSubnetId"
          : zoneRegionProblem(s.privateDnsZone, s.location),
    ],
    [
      "apiServerInNetwork",
      s.apiServerInNetwork && !s.ownNetwork
        ? "requires a network of the stack: set ownNetwork to true, or apiServerSubnetId for an existing subnet"
        : undefined,
    ],
    ["privateRegistry", s.privateRegistry ? privateRegistryProblem(s) : undefined],
    [
      "registryDnsZone",
      !s.privateRegistry && s.registryDnsZone !== networkSettings.registryDnsZone.default
        ? "applies only to a registry with a private endpoint: set privateRegistry to true, or remove this"
        : undefined,
    ],
  ];
}

const ownerOf = (s: Settings): NetworkOwner =>
  s.ownNetwork ? "stack" : s.nodeSubnetId === undefined ? "AKS" : "others";

/** Returns whether the cluster has identities of the stack. AKS Automatic accepts them only in a network that AKS has not created. */
export const hasOwnIdentities = (s: Settings): boolean =>
  isAutomatic(s) ? ownerOf(s) !== "AKS" : !onExistingCluster(s);

const subnetIds = ["nodeSubnetId", "apiServerSubnetId", "systemNodeSubnetId", "privateEndpointSubnetId"] as const;

/** Returns the problems of the settings of existing subnets in combination. */
function existingSubnetProblems(s: Settings): Finding[] {
  const { nodeSubnetId, apiServerSubnetId, systemNodeSubnetId, privateEndpointSubnetId } = s;
  if (s.ownNetwork)
    return subnetIds.map((key): Finding => [
      key,
      s[key] === undefined
        ? undefined
        : "names an existing subnet, but ownNetwork creates the network: remove one of the two",
    ]);
  if (nodeSubnetId === undefined) {
    const problem = "applies only beside an existing subnet of the nodes: set nodeSubnetId, or remove this";
    return [
      ...subnetIds.map((key): Finding => [key, s[key] === undefined ? undefined : problem]),
      ["assignNetworkRoles", s.assignNetworkRoles ? undefined : problem],
    ];
  }
  return [
    ...existingNetworkFindings({ nodeSubnetId, apiServerSubnetId, systemNodeSubnetId, privateEndpointSubnetId }),
    [
      "privateEndpointSubnetId",
      privateEndpointSubnetId !== undefined && !s.privateRegistry
        ? "has no effect without privateRegistry: set privateRegistry to true, or remove this"
        : undefined,
    ],
    ...unusedFindings(
      s,
      { networkRange, nodeRange, privateEndpointRange, apiServerRange, systemNodeRange },
      "applies only to a network of the stack, and nodeSubnetId names an existing one: remove this",
    ),
  ];
}

const { networkRange, nodeRange, privateEndpointRange, apiServerRange, systemNodeRange } = networkSettings;

/**
 * Returns the problem with an internal load balancer's address that is outside the nodes' subnet or reserved by Azure.
 */
function loadBalancerAddressProblem(s: Settings): string | undefined {
  const wanted = s.serviceAnnotations[addressAnnotation];
  const [range, nodes] = [parseRange(`${wanted}/32`), parseRange(s.nodeRange)];
  if (s.serviceType !== "InternalLoadBalancer" || otherSubnets(s) || range === undefined || nodes === undefined)
    return undefined;
  const taken = range.first < nodes.first + reservedAddresses - 1 || range.first === nodes.last;
  const problem = !isWithin(range, nodes)
    ? `is not in nodeRange "${s.nodeRange}", from which internal load balancers get their addresses`
    : taken
      ? `is one of the ${reservedAddresses} addresses of nodeRange "${s.nodeRange}" that Azure reserves`
      : undefined;
  return problem === undefined
    ? undefined
    : `the value of "${addressAnnotation}": "${wanted}" ${problem}: use a free address near the end of nodeRange, e.g. "${addressAt(nodes, nodes.last - nodes.first - 5)}"`;
}
const addressAnnotation = `${azureAnnotation}load-balancer-ipv4`;

const privateRegistryProblem = (s: Settings) =>
  !s.ownNetwork && s.privateEndpointSubnetId === undefined
    ? "requires a subnet for private endpoints: set ownNetwork to true, or privateEndpointSubnetId"
    : s.registrySku !== "Premium"
      ? `a ${s.registrySku} registry cannot have a private endpoint: set registrySku to "Premium"`
      : undefined;

const settingOf = {
  range: "networkRange",
  "subnets.nodes": "nodeRange",
  "subnets.privateEndpoints": "privateEndpointRange",
  "subnets.apiServer": "apiServerRange",
  "subnets.systemNodes": "systemNodeRange",
} as const;

function inOwnNetwork(s: Settings): Finding[] {
  const { range, subnets } = networkRanges(s);
  const nodes = parseRange(s.nodeRange);
  const addresses = nodes === undefined ? 0 : nodes.last - nodes.first + 1 - reservedAddresses;
  return [
    ...networkFindings(range, subnets).map(([path, problem]): Finding => [settingOf[path], problem]),
    ["nodeRange", mostNodes(s) > addresses ? tooSmallProblem(s, addresses) : undefined],
    ["serviceAnnotations", loadBalancerAddressProblem(s)],
    ["podRange", overlapProblem(s.podRange, s.networkRange, "networkRange")],
    ["serviceRange", overlapProblem(s.serviceRange, s.networkRange, "networkRange")],
  ];
}

/**
 * Returns the maximum number of nodes in all pools, including those that an upgrade adds: a third of each pool, and at
 * least one. The number is unknown for AKS Automatic.
 */
function mostNodes(s: Settings): number {
  if (isAutomatic(s)) return 0;
  const pools = [
    s.nodeMaxCount === 0 ? s.nodeCount : s.nodeMaxCount,
    ...Object.values(s.userPools).map(({ count, maxCount }) => maxCount ?? count ?? 0),
  ];
  return pools.reduce((sum, nodes) => sum + nodesDuringUpgrade(nodes), 0);
}

const tooSmallProblem = (s: Settings, addresses: number) =>
  `"${s.nodeRange}" has room for ${addresses} nodes, but the pools at maximum size have ${mostNodes(s)} during an upgrade: use a larger range or smaller pools`;

/** Returns the problem with a pod range that is too small: each node takes a /24 of it. */
function podsFitProblem(s: Settings): string | undefined {
  const pods = parseRange(s.podRange);
  const room = pods === undefined ? 0 : 2 ** Math.max(0, 24 - pods.bits);
  if (mostNodes(s) <= room) return undefined;
  return `"${s.podRange}" has room for the pods of ${room} nodes, but the pools at maximum size have ${mostNodes(s)} during an upgrade: use a larger range or smaller pools`;
}

const networkRanges = (s: Settings) => ({
  range: s.networkRange,
  subnets: {
    nodes: s.nodeRange,
    privateEndpoints: s.privateEndpointRange,
    ...((s.apiServerInNetwork || isAutomatic(s)) && { apiServer: s.apiServerRange }),
    ...(isAutomatic(s) && { systemNodes: s.systemNodeRange }),
  },
});

/** Returns the resource id of the private DNS zone, unless AKS creates the zone. */
const zoneId = ({ privateDnsZone: zone }: Settings) => (zone === "system" || zone === "none" ? undefined : zone);

/** Returns whether internal load balancers get addresses in a subnet other than the nodes'. */
const otherSubnets = ({ serviceAnnotations }: Settings) => `${internalAnnotation}-subnet` in serviceAnnotations;

/** Returns the settings as arguments of a new network. */
export const networkArgs = (s: Settings) => ({
  ...networkRanges(s),
  privateDnsZoneId: zoneId(s),
  otherSubnets: otherSubnets(s),
  podRange: s.podRange,
  natGateway: s.outboundType === "userAssignedNATGateway",
  publicPorts: publicPorts(s),
  publicFrom: s.serviceType === "PublicLoadBalancer" ? s.ingressFrom : [],
});

/** Returns the settings as arguments of an existing network; undefined means that there is none. */
export const existingNetworkArgs = (s: Settings) =>
  s.nodeSubnetId === undefined
    ? undefined
    : {
        nodeSubnetId: s.nodeSubnetId,
        apiServerSubnetId: s.apiServerSubnetId,
        systemNodeSubnetId: s.systemNodeSubnetId,
        privateEndpointSubnetId: s.privateEndpointSubnetId,
        privateDnsZoneId: zoneId(s),
        otherSubnets: otherSubnets(s),
        assignRoles: s.assignNetworkRoles,
      };

/** Returns the network arguments of the cluster. */
export const clusterNetworkArgs = (s: Settings) => ({
  outboundType: s.outboundType,
  ranges: { pods: s.podRange, services: s.serviceRange },
  apiServer: {
    authorizedRanges: s.authorizedRanges,
    privateCluster: s.privateCluster,
    ...(s.privateCluster && { privateDnsZone: s.privateDnsZone }),
  },
});
