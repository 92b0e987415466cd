import * as pulumi from "@pulumi/pulumi";
import { networkOfSubnet, subnetIdProblem } from "@tarmac/validate/azureResourceId";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { defaultGrantSeconds, onceGranted } from "./azure/freshGrants.ts";
import type { Identity } from "./identities.ts";
import { type Finding, throwIfAny } from "./invalidArguments.ts";
import { grantNetworkRights } from "./network/controlPlaneRights.ts";

export interface ExistingNetworkArgs {
  /**
   * Resource id of the subnet for nodes and internal load balancers.
   * @example "/subscriptions/.../virtualNetworks/corp/subnets/aks-nodes"
   */
  nodeSubnetId: string;
  /**
   * Resource id of the API server's subnet in the same network, delegated to
   * Microsoft.ContainerService/managedClusters.
   * @default none
   * @example "/subscriptions/.../virtualNetworks/corp/subnets/aks-api-server"
   */
  apiServerSubnetId?: string;
  /**
   * Resource id of the subnet for the system nodes that AKS manages in Automatic mode. The control plane then gets
   * Network Contributor on the whole network, because AKS places nodes in it.
   * @default none
   */
  systemNodeSubnetId?: string;
  /**
   * Resource id of the subnet for private endpoints.
   * @default none
   * @example "/subscriptions/.../virtualNetworks/corp/subnets/endpoints"
   */
  privateEndpointSubnetId?: string;
  /**
   * Identity of the cluster's control plane, such as `controlPlane` of `Identities`. It gets Network Contributor on the
   * subnets that the cluster uses.
   */
  controlPlane: Pick<Identity, "objectId">;
  /**
   * Resource id of the private DNS zone for a private cluster's API server, unless AKS creates that zone. The control
   * plane gets Private DNS Zone Contributor on the zone, and Network Contributor on the whole network to link the two.
   * @default none
   * @example "/subscriptions/.../providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"
   */
  privateDnsZoneId?: string;
  /**
   * Whether internal load balancers get addresses in other subnets of the network. The control plane then gets Network
   * Contributor on the whole network.
   * @default false
   */
  otherSubnets?: boolean;
  /**
   * Whether to grant the control plane these roles. Set it to false if the network's owner has already granted them.
   * @default true
   */
  assignRoles?: boolean;
  /** Seconds to wait after granting roles before a cluster gets the nodes' subnet. @default 90 */
  grantSeconds?: number;
}

/** Returns the problems of the subnet ids, by property. */
export function existingNetworkFindings(
  args: Pick<
    ExistingNetworkArgs,
    "nodeSubnetId" | "apiServerSubnetId" | "systemNodeSubnetId" | "privateEndpointSubnetId"
  >,
): Finding<keyof typeof args>[] {
  const { nodeSubnetId, apiServerSubnetId, systemNodeSubnetId, privateEndpointSubnetId } = args;
  const ofNodes = [nodeSubnetId, "nodes'"] as const;
  const ofApiServer = [apiServerSubnetId, "API server's"] as const;
  const inNetwork = (id: string) => subnetIdProblem(id) ?? sameNetworkProblem(id, nodeSubnetId);
  return [
    ["nodeSubnetId", subnetIdProblem(nodeSubnetId)],
    ["apiServerSubnetId", ifGiven(apiServerSubnetId, (id) => inNetwork(id) ?? sameSubnetProblem(id, ofNodes))],
    [
      "systemNodeSubnetId",
      ifGiven(systemNodeSubnetId, (id) => inNetwork(id) ?? sameSubnetProblem(id, ofNodes, ofApiServer)),
    ],
    // Azure allows private endpoints beside nodes, but not in a delegated subnet, as that of the API server is.
    [
      "privateEndpointSubnetId",
      ifGiven(privateEndpointSubnetId, (id) => subnetIdProblem(id) ?? sameSubnetProblem(id, ofApiServer)),
    ],
  ];
}

/** @param others ids and owners of the subnets that must be different ones */
function sameSubnetProblem(
  id: string,
  ...others: readonly (readonly [id: string | undefined, owner: string])[]
): string | undefined {
  const owner = others.find(([other]) => other?.toLowerCase() === id.toLowerCase())?.[1];
  return owner === undefined ? undefined : `"${id}" is the ${owner} subnet: use another subnet of the same network`;
}

function sameNetworkProblem(subnetId: string, nodeSubnetId: string): string | undefined {
  const [network, ofNodes] = [subnetId, nodeSubnetId].map((id) => networkOfSubnet(id).toLowerCase());
  if (network === ofNodes) return undefined;
  return `"${subnetId}" is in another network than the nodes' subnet "${nodeSubnetId}": use a subnet of the same network`;
}

/**
 * An existing network that another team manages. Its subnets, security groups and routes stay unchanged. This component
 * only grants roles to the control plane.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new ExistingNetwork("hello", { nodeSubnetId, controlPlane: identities.controlPlane }, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:authorization:RoleAssignment" ? { props: { ...props, description: "AKS" }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class ExistingNetwork extends pulumi.ComponentResource {
  /** Resource id of the virtual network. */
  readonly id: pulumi.Output<string>;
  /** Resource id of the subnet for nodes and internal load balancers. */
  readonly nodeSubnetId: pulumi.Output<string>;
  /** Resource id of the subnet for private endpoints, if one was given. */
  readonly privateEndpointSubnetId: pulumi.Output<string> | undefined;
  /** Resource id of the API server's subnet, if one was given. */
  readonly apiServerSubnetId: pulumi.Output<string> | undefined;
  /** Resource id of the subnet for the system nodes that AKS manages, if one was given. */
  readonly systemNodeSubnetId: pulumi.Output<string> | undefined;

  /**
   * @throws pulumi.InputPropertyError when an id is not a subnet id, when the API server's or system nodes' subnet is in
   * another network than the nodes' subnet, or when two of these three, or the API server and private endpoints, share
   * a subnet.
   */
  constructor(name: string, args: ExistingNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny(existingNetworkFindings(args));
    super("tarmac:azure:ExistingNetwork", name, {}, opts);
    const { nodeSubnetId, apiServerSubnetId, systemNodeSubnetId, privateEndpointSubnetId, privateDnsZoneId } = args;
    const wholeNetwork = args.otherSubnets === true || systemNodeSubnetId !== undefined;
    const networkId = networkOfSubnet(nodeSubnetId);
    const grants =
      (args.assignRoles ?? true)
        ? grantNetworkRights(
            name,
            args.controlPlane,
            { nodeSubnetId, apiServerSubnetId, networkId, privateDnsZoneId, wholeNetwork },
            { parent: this },
          )
        : [];
    this.id = pulumi.output(networkId);
    this.nodeSubnetId = onceGranted(pulumi.output(nodeSubnetId), grants, args.grantSeconds ?? defaultGrantSeconds);
    this.privateEndpointSubnetId = given(privateEndpointSubnetId);
    this.apiServerSubnetId = given(apiServerSubnetId);
    this.systemNodeSubnetId = given(systemNodeSubnetId);
    this.registerOutputs({ id: this.id, nodeSubnetId: this.nodeSubnetId });
  }
}

const given = (id: string | undefined) => (id === undefined ? undefined : pulumi.output(id));
