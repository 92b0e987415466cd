import * as pulumi from "@pulumi/pulumi";
import {
  NatGateway,
  NetworkSecurityGroup,
  PublicIPAddress,
  Subnet,
  type SubnetArgs,
  VirtualNetwork,
} from "@pulumi/azure-native/network/index.js";
import type { input } from "@pulumi/azure-native/types/index.js";
import { defaultGrantSeconds, onceGranted } from "./azure/freshGrants.ts";
import { aksRanges } from "./cluster/clusterRanges.ts";
import type { Identity } from "./identities.ts";
import { throwIfAny } from "./invalidArguments.ts";
import { grantNetworkRights } from "./network/controlPlaneRights.ts";
import { nodeSecurityRules } from "./network/securityRules.ts";
import { isWithin, networkRangeProblem, overlap, parseRange } from "@tarmac/validate/addressRange";

/** Address ranges of the subnets, each inside the network's range. */
export interface SubnetRanges {
  /** Subnet for nodes and internal load balancers. @example "10.224.0.0/20" */
  nodes: string;
  /** Subnet for private endpoints, such as the registry's. @example "10.224.16.0/24" */
  privateEndpoints: string;
  /** Subnet for the API server. AKS requires at least a /28. @default no such subnet @example "10.224.17.0/28" */
  apiServer?: string;
  /**
   * Subnet for the system nodes that AKS manages in Automatic mode. Microsoft suggests a /26.
   * @default no such subnet
   * @example "10.224.18.0/26"
   */
  systemNodes?: string;
}

export interface NetworkArgs {
  /** Resource group to create the network in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /** Address range of the network. @example "10.224.0.0/16" */
  range: string;
  /**
   * Address ranges of the subnets, each inside `range`.
   * @example { nodes: "10.224.0.0/20", privateEndpoints: "10.224.16.0/24" }
   */
  subnets: SubnetRanges;
  /**
   * Identity of the cluster's control plane, such as `controlPlane` of `Identities`. It gets Network Contributor on the
   * subnets where it places nodes and load balancers.
   */
  controlPlane: Pick<Identity, "objectId">;
  /**
   * Resource id of the private DNS zone for a private cluster's API server, unless AKS creates that zone. The control
   * plane gets Private DNS Zone Contributor on the zone, and Network Contributor on the whole network to link the two.
   * @default none
   * @example "/subscriptions/.../providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"
   */
  privateDnsZoneId?: pulumi.Input<string>;
  /**
   * Whether internal load balancers get addresses in subnets other than the nodes'. The control plane then gets Network
   * Contributor on the whole network.
   * @default false
   */
  otherSubnets?: boolean;
  /**
   * Address range of the cluster's pods. Security rules allow traffic between pods on different nodes.
   * @default "10.244.0.0/16"
   */
  podRange?: string;
  /**
   * TCP ports of public load balancers. All other ports are closed to the internet.
   * @default none
   * @example [80, 443]
   */
  publicPorts?: readonly number[];
  /** Address ranges that may reach `publicPorts`. @default the internet @example ["203.0.113.0/24"] */
  publicFrom?: readonly string[];
  /**
   * Whether to create a NAT gateway with a fixed public address for outbound connections of the nodes. Use it with the
   * cluster's outbound type `userAssignedNATGateway`.
   * @default false
   */
  natGateway?: boolean;
  /**
   * Azure tags of all created resources except subnets, which cannot have tags.
   * @default none
   * @example { team: "shop" }
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Seconds to wait after granting roles before a cluster gets the nodes' subnet. @default 90 */
  grantSeconds?: number;
}

/** Azure reserves the first four addresses and the last address of each subnet. */
export const reservedAddresses = 5;

/** The longest prefix (smallest range) of each subnet. */
const smallest = { nodes: 27, privateEndpoints: 29, apiServer: 28, systemNodes: 27 } as const;

export const networkProblem = (range: string) => networkRangeProblem(range, 8, 26);
export const subnetProblem = (part: keyof SubnetRanges, range: string) => networkRangeProblem(range, 8, smallest[part]);

/** Returns the problem with a subnet's place in its network, or `undefined`. */
export function placeProblem(range: string, network: string): string | undefined {
  const [inner, outer] = [parseRange(range), parseRange(network)];
  if (inner === undefined || outer === undefined || isWithin(inner, outer)) return undefined;
  return `"${range}" is not inside the network range "${network}": use a range inside it`;
}

/** Returns the problems of a network's ranges, by property path. */
export function networkFindings(range: string, subnets: SubnetRanges) {
  const given = (Object.entries(subnets) as [keyof SubnetRanges, string | undefined][]).flatMap(([part, text]) =>
    text === undefined ? [] : [{ part, text, parsed: parseRange(text) }],
  );
  return [
    ["range", networkProblem(range)] as const,
    ...given.map(({ part, text, parsed }, index) => {
      const other = given
        .slice(0, index)
        .find((one) => parsed !== undefined && one.parsed !== undefined && overlap(parsed, one.parsed));
      const overlapping =
        other === undefined
          ? undefined
          : `"${text}" overlaps "${other.text}", the subnet of ${other.part}: use ranges that do not overlap`;
      return [`subnets.${part}`, subnetProblem(part, text) ?? placeProblem(text, range) ?? overlapping] as const;
    }),
  ];
}

/**
 * A virtual network for a cluster. Use it to peer with other networks and to place private endpoints. Each subnet is
 * created with its network security group in the same request, because many companies have policies that deny subnets
 * without one.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new Network("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:network:VirtualNetwork" ? { props: { ...props, enableDdosProtection: true }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class Network extends pulumi.ComponentResource {
  /** Resource id of the virtual network. */
  readonly id: pulumi.Output<string>;
  /** Resource id of the subnet for nodes and internal load balancers. */
  readonly nodeSubnetId: pulumi.Output<string>;
  /** Resource id of the subnet for private endpoints. */
  readonly privateEndpointSubnetId: pulumi.Output<string>;
  /** Resource id of the API server's subnet, if it has a range. */
  readonly apiServerSubnetId: pulumi.Output<string> | undefined;
  /** Resource id of the subnet for the system nodes that AKS manages, if it has a range. */
  readonly systemNodeSubnetId: pulumi.Output<string> | undefined;
  /** Public source address of the nodes' outbound connections, if there is a NAT gateway. */
  readonly outboundAddress: pulumi.Output<string | undefined> | undefined;

  /** @throws pulumi.InputPropertyError when a range is invalid, outside the network, or overlaps another range. */
  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny(networkFindings(args.range, args.subnets));
    super("tarmac:azure:Network", name, {}, opts);
    const place = { resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags };
    const child = { parent: this, deletedWith: opts?.deletedWith };
    const network = new VirtualNetwork(name, { ...place, addressSpace: { addressPrefixes: [args.range] } }, child);
    let previous: Subnet | undefined;
    const subnet = (
      part: string,
      range: string,
      securityRules: input.network.SecurityRuleArgs[],
      more: Partial<SubnetArgs> = {},
    ) => {
      const group = new NetworkSecurityGroup(`${name}-${part}`, { ...place, securityRules }, child);
      const made = new Subnet(
        `${name}-${part}`,
        {
          resourceGroupName: args.resourceGroupName,
          virtualNetworkName: network.name,
          subnetName: part,
          addressPrefix: range,
          networkSecurityGroup: { id: group.id },
          ...more,
        },
        // Subnets change one at a time: a network accepts one change at once (AnotherOperationInProgress).
        { ...child, dependsOn: previous },
      );
      previous = made;
      return made;
    };
    const nat = args.natGateway === true ? natGateway(name, place, child) : undefined;
    const { systemNodes: systemRange } = args.subnets;
    const pods = args.podRange ?? aksRanges.pods;
    const nodeSubnet = (part: string, range: string, publicPorts: readonly number[]) =>
      subnet(
        part,
        range,
        nodeSecurityRules({
          nodes: [args.subnets.nodes, ...(systemRange === undefined ? [] : [systemRange])],
          ...{ pods, publicPorts, publicFrom: args.publicFrom ?? [] },
        }),
        nat && { natGateway: { id: nat.gateway.id } },
      );
    const nodes = nodeSubnet("nodes", args.subnets.nodes, args.publicPorts ?? []);
    const privateEndpoints = subnet("private-endpoints", args.subnets.privateEndpoints, []);
    const apiServer =
      args.subnets.apiServer === undefined
        ? undefined
        : subnet("api-server", args.subnets.apiServer, [], {
            delegations: [{ name: "aks", serviceName: "Microsoft.ContainerService/managedClusters" }],
          });

    const systemNodes = systemRange === undefined ? undefined : nodeSubnet("system-nodes", systemRange, []);

    const grants = grantNetworkRights(
      name,
      args.controlPlane,
      {
        nodeSubnetId: nodes.id,
        apiServerSubnetId: apiServer?.id,
        networkId: network.id,
        privateDnsZoneId: args.privateDnsZoneId,
        wholeNetwork: args.otherSubnets === true || systemNodes !== undefined,
      },
      { parent: this },
    );
    this.id = network.id;
    this.nodeSubnetId = onceGranted(nodes.id, grants, args.grantSeconds ?? defaultGrantSeconds);
    this.privateEndpointSubnetId = privateEndpoints.id;
    this.apiServerSubnetId = apiServer?.id;
    this.systemNodeSubnetId = systemNodes?.id;
    this.outboundAddress = nat?.address.ipAddress;
    this.registerOutputs({ id: this.id, nodeSubnetId: this.nodeSubnetId });
  }
}

type Place = Pick<NetworkArgs, "resourceGroupName" | "location" | "tags">;

function natGateway(name: string, place: Place, opts: pulumi.CustomResourceOptions) {
  const address = new PublicIPAddress(
    `${name}-outbound`,
    { ...place, publicIPAllocationMethod: "Static", sku: { name: "Standard" } },
    opts,
  );
  const gateway = new NatGateway(
    `${name}-outbound`,
    { ...place, sku: { name: "Standard" }, publicIpAddresses: [{ id: address.id }] },
    opts,
  );
  return { address, gateway };
}
