/**
 * Grants the control plane its roles in a network that AKS has not created. It needs them before the cluster exists,
 * because AKS uses the control plane's identity to place nodes and load balancers there.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/index.js";
import { grant, roles } from "../azure/builtInRoles.ts";
import type { Identity } from "../identities.ts";

/** Resource ids of the network resources that the control plane uses. */
export interface UsedNetwork {
  /** Subnet of the nodes. */
  nodeSubnetId: pulumi.Input<string>;
  /** Subnet of the API server. @default none */
  apiServerSubnetId?: pulumi.Input<string>;
  /** The whole network. */
  networkId: pulumi.Input<string>;
  /**
   * The DNS zone of a private cluster's name, unless AKS creates it. The control plane links it to the network.
   * @default none
   */
  privateDnsZoneId?: pulumi.Input<string>;
  /**
   * Whether Azure's documentation requires the role on the whole network: for load balancers with addresses in another
   * subnet (https://learn.microsoft.com/azure/aks/internal-lb#specify-a-different-subnet), and for node
   * auto-provisioning (https://learn.microsoft.com/azure/aks/automatic/quick-automatic-custom-network#prerequisites).
   */
  wholeNetwork?: boolean;
}

export function grantNetworkRights(
  name: string,
  controlPlane: Pick<Identity, "objectId">,
  { nodeSubnetId, apiServerSubnetId, networkId, privateDnsZoneId, wholeNetwork = false }: UsedNetwork,
  opts: pulumi.CustomResourceOptions,
): RoleAssignment[] {
  const ofNetwork = privateDnsZoneId !== undefined || wholeNetwork ? networkId : undefined;
  const places: [right: string, scope: pulumi.Input<string> | undefined, role: string][] = [
    ["join-nodes", nodeSubnetId, roles.networkContributor],
    ["join-api-server", apiServerSubnetId, roles.networkContributor],
    ["join-network", ofNetwork, roles.networkContributor],
    ["keep-names", privateDnsZoneId, roles.privateDnsZoneContributor],
  ];
  return places.flatMap(([right, scope, role]) =>
    scope === undefined ? [] : [grant(`${name}-${right}`, { scope, principalId: controlPlane.objectId, role }, opts)],
  );
}
