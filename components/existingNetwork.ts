import * as pulumi from "@pulumi/pulumi";
import { networkOfSubnet, subnetIdProblem } from "@tarmac/validate/azureResourceId";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { defaultGrantSeconds, onceGranted } from "./azure/freshGrants.ts";
import type { Identity } from "./identities.ts";
import { type Finding, throwIfAny } from "./invalidArguments.ts";
import { grantNetworkRights } from "./network/controlPlaneRights.ts";

export interface ExistingNetworkArgs {
  /** Resource id of the subnet of nodes and internal load balancers. */
  nodeSubnetId: string;
  /** Resource id of a subnet for the API server, delegated to Microsoft.ContainerService/managedClusters. @default none */
  apiServerSubnetId?: string;
  /**
   * Resource id of a subnet for the nodes that AKS keeps for itself in the mode Automatic. The control plane then gets Network
   * Contributor on the whole network, in which AKS puts nodes. @default none
   */
  systemNodeSubnetId?: string;
  /** Resource id of a subnet for private endpoints. @default none */
  privateEndpointSubnetId?: string;
  /** Identity of the cluster's control plane, which gets Network Contributor on the subnets that it uses. */
  controlPlane: Pick<Identity, "objectId">;
  /**
   * Resource id of the zone that a private cluster keeps its name in, unless AKS creates it: the control plane gets Private DNS
   * Zone Contributor on it, and Network Contributor on the whole network, which it links to the zone.
   */
  privateDnsZoneId?: string;
  /** Whether internal load balancers get addresses in another subnet of the network. @default false */
  otherSubnets?: boolean;
  /** False: whoever keeps the network has granted the control plane these roles. @default true */
  assignRoles?: boolean;
  /** How old the control plane's rights are, in seconds, before a cluster gets the nodes' subnet. @default 90 */
  grantSeconds?: number;
}

/** What is wrong with the ids of subnets, by property. */
export function existingNetworkFindings(
  args: Pick<
    ExistingNetworkArgs,
    "nodeSubnetId" | "apiServerSubnetId" | "systemNodeSubnetId" | "privateEndpointSubnetId"
  >,
): Finding<keyof typeof args>[] {
  const { nodeSubnetId, apiServerSubnetId, systemNodeSubnetId, privateEndpointSubnetId } = args;
  return [
    ["nodeSubnetId", subnetIdProblem(nodeSubnetId)],
    ["privateEndpointSubnetId", ifGiven(privateEndpointSubnetId, subnetIdProblem)],
    [
      "apiServerSubnetId",
      ifGiven(
        apiServerSubnetId,
        (id) => subnetIdProblem(id) ?? sameNetworkProblem(id, nodeSubnetId) ?? sameSubnetProblem(id, nodeSubnetId),
      ),
    ],
    [
      "systemNodeSubnetId",
      ifGiven(
        systemNodeSubnetId,
        (id) => subnetIdProblem(id) ?? sameNetworkProblem(id, nodeSubnetId) ?? sameSubnetProblem(id, nodeSubnetId),
      ),
    ],
  ];
}

function sameSubnetProblem(id: string, nodeSubnetId: string): string | undefined {
  if (id.toLowerCase() !== nodeSubnetId.toLowerCase()) return undefined;
  return `"${id}" is the nodes' subnet: use another subnet of the same network`;
}

function sameNetworkProblem(subnetId: string, nodeSubnetId: string): string | undefined {
  const [network, ofNodes] = [subnetId, nodeSubnetId].map((id) => networkOfSubnet(id).toLowerCase());
  if (network === ofNodes) return undefined;
  return `"${subnetId}" is in another network than the nodes' subnet "${nodeSubnetId}": use a subnet of the same network`;
}

/**
 * A network that somebody else keeps, as a company's network team does: its subnets with their security groups and routes are
 * used as they are. Only the control plane's rights on them are created.
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Resource id of the subnet of nodes and internal load balancers. */
  readonly nodeSubnetId: pulumi.Output<string>;
  /** Resource id of the subnet of private endpoints, where one was given. */
  readonly privateEndpointSubnetId: pulumi.Output<string> | undefined;
  /** Of the API server, where one was given. */
  readonly apiServerSubnetId: pulumi.Output<string> | undefined;
  /** Of the nodes that AKS keeps for itself, where one was given. */
  readonly systemNodeSubnetId: pulumi.Output<string> | undefined;

  /** @throws pulumi.InputPropertyError when an id is not that of a subnet, or the API server's is in another network. */
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
