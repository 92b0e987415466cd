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

/** The parts of a network, each an address range inside the network's own. */
export interface SubnetRanges {
  /** Of the nodes, and of internal load balancers. */
  nodes: string;
  /** Of private endpoints, such as the registry's. */
  privateEndpoints: string;
  /** Of the API server; AKS wants at least a /28. @default no such subnet */
  apiServer?: string;
  /** Of the nodes that AKS keeps for itself in the mode Automatic; Microsoft suggests a /26. @default no such subnet */
  systemNodes?: string;
}

export interface NetworkArgs {
  /** Resource group that holds the network. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. "westeurope". @default the resource group's */
  location?: pulumi.Input<string>;
  /** Addresses of the network, e.g. "10.224.0.0/16". */
  range: string;
  /** Addresses of the subnets, each a part of `range`. */
  subnets: SubnetRanges;
  /** Identity of the cluster's control plane, which gets Network Contributor on the subnets that it puts nodes and load balancers in. */
  controlPlane: Pick<Identity, "objectId">;
  /**
   * Resource id of the zone that a private cluster keeps its name in, where it is not AKS's own: the control plane gets Private
   * DNS Zone Contributor on it, and Network Contributor on the whole network, which it links to the zone.
   */
  privateDnsZoneId?: pulumi.Input<string>;
  /** Whether internal load balancers get addresses in another subnet of the network than the nodes'. @default false */
  otherSubnets?: boolean;
  /** Addresses of the cluster's pods, which may talk to each other across nodes. @default "10.244.0.0/16" */
  podRange?: string;
  /** TCP ports of public load balancers, e.g. [80, 443]. All other ports are closed to the internet. @default none */
  publicPorts?: readonly number[];
  /** Address ranges that may reach these ports. @default the internet */
  publicFrom?: readonly string[];
  /**
   * A NAT gateway with a fixed public address as the nodes' way out, for a cluster with the outbound type
   * `userAssignedNATGateway`.
   * @default false
   */
  natGateway?: boolean;
  /** Azure tags of everything but the subnets, which have none. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** How old the control plane's rights are, in seconds, before a cluster gets the nodes' subnet. @default 90 */
  grantSeconds?: number;
}

/** Azure keeps the first four addresses of a subnet, and the last. */
export const reservedAddresses = 5;

/** What each part of a network may be: the longest prefix, for the smallest range. */
const smallest = { nodes: 27, privateEndpoints: 29, apiServer: 28, systemNodes: 27 } as const;

export const networkProblem = (range: string) => networkRangeProblem(range, 8, 26);
export const subnetProblem = (part: keyof SubnetRanges, range: string) => networkRangeProblem(range, 8, smallest[part]);

/** What is wrong with a subnet in its network, or `undefined`. */
export function placeProblem(range: string, network: string): string | undefined {
  const [inner, outer] = [parseRange(range), parseRange(network)];
  if (inner === undefined || outer === undefined || isWithin(inner, outer)) return undefined;
  return `"${range}" is not inside the network range "${network}": use a range inside it`;
}

/** What is wrong with arguments of a network, by property path. */
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
 * A virtual network of the stack's own for a cluster, so that a company's network can be peered with it, and private
 * endpoints have a place. Each subnet has a network security group from its first request on, because companies have
 * policies that deny every other.
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Resource id of the subnet of nodes and internal load balancers. */
  readonly nodeSubnetId: pulumi.Output<string>;
  /** Resource id of the subnet of private endpoints. */
  readonly privateEndpointSubnetId: pulumi.Output<string>;
  /** Of the API server, where a range was given for it. */
  readonly apiServerSubnetId: pulumi.Output<string> | undefined;
  /** Of the nodes that AKS keeps for itself, where a range was given for them. */
  readonly systemNodeSubnetId: pulumi.Output<string> | undefined;
  /** Public address that the nodes' connections come from, with a NAT gateway. */
  readonly outboundAddress: pulumi.Output<string | undefined> | undefined;

  /** @throws pulumi.InputPropertyError when a range is no range, not inside the network, or shares addresses with another. */
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
        // One after the other: a network takes one change at a time (AnotherOperationInProgress).
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
