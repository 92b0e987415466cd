/** Which networks can reach a cluster's API server. Entra decides what a caller may do. */
import * as pulumi from "@pulumi/pulumi";
import { authorizedRangesProblem } from "@tarmac/validate/addressRange";
import { privateDnsZoneProblem } from "@tarmac/validate/azureResourceId";

export interface ApiServerArgs {
  /**
   * Public address ranges that may send requests. They must include the address of the machine that runs `pulumi up`.
   * They need not include the nodes' addresses: AKS adds the nodes' outbound address. Not allowed with
   * `privateCluster`.
   * @default none
   * @example ["203.0.113.7/32"]
   */
  authorizedRanges?: readonly string[];
  /**
   * Whether the API server has only a private address. Only the nodes' network and networks connected to it can then
   * reach it.
   * @default false
   */
  privateCluster?: boolean;
  /**
   * DNS zone for a private cluster's name. "system" makes AKS create a zone. A resource id selects an existing zone, on
   * which the control plane needs Private DNS Zone Contributor. "none" uses public DNS, where everyone can read the
   * private address.
   * @default "system"
   * @example "/subscriptions/.../providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"
   */
  privateDnsZone?: pulumi.Input<string>;
  /**
   * Resource id of the API server's subnet (API server VNet integration). Nodes then reach the API server without
   * leaving the network. The subnet must be delegated to Microsoft.ContainerService/managedClusters.
   * @default none
   * @example "/subscriptions/.../virtualNetworks/shop/subnets/api-server"
   */
  subnetId?: pulumi.Input<string>;
}

/** The only place that defines these defaults. The stack's settings read them from here. */
export const apiServerDefaults = {
  authorizedRanges: [],
  privateCluster: false,
  privateDnsZone: "system",
} satisfies ApiServerArgs;

/** Returns the problem with authorized ranges of a private cluster, or `undefined`. */
export const rangesOfPrivateClusterProblem = (privateCluster: boolean, ranges: readonly string[]) =>
  privateCluster && ranges.length > 0
    ? "a private cluster has no public address: remove the ranges, or set privateCluster to false"
    : undefined;

/** The problem with a private DNS zone of a public cluster. */
export const zoneOfPublicClusterProblem =
  "only a private cluster has a private DNS zone: set privateCluster to true, or remove this";

/** Returns the problems of the arguments, by property path. */
export function apiServerFindings({
  authorizedRanges = apiServerDefaults.authorizedRanges,
  privateCluster = apiServerDefaults.privateCluster,
  privateDnsZone,
}: ApiServerArgs) {
  return [
    [
      "apiServer.authorizedRanges",
      rangesOfPrivateClusterProblem(privateCluster, authorizedRanges) ?? authorizedRangesProblem(authorizedRanges),
    ],
    [
      "apiServer.privateDnsZone",
      privateDnsZone === undefined
        ? undefined
        : !privateCluster
          ? zoneOfPublicClusterProblem
          : typeof privateDnsZone === "string"
            ? privateDnsZoneProblem(privateDnsZone)
            : undefined,
    ],
  ] as const;
}

/** Returns the property `apiServerAccessProfile` of the cluster. */
export function apiServerAccessProfile({
  authorizedRanges = apiServerDefaults.authorizedRanges,
  privateCluster = apiServerDefaults.privateCluster,
  privateDnsZone,
  subnetId,
}: ApiServerArgs) {
  const zone = privateDnsZone ?? apiServerDefaults.privateDnsZone;
  return {
    ...(privateCluster
      ? {
          enablePrivateCluster: true,
          // With a private zone, no client outside needs the private address. Without a zone, AKS refuses a cluster
          // that has no DNS name at all.
          enablePrivateClusterPublicFQDN:
            typeof zone === "string" ? zone === "none" : pulumi.output(zone).apply((known) => known === "none"),
          privateDNSZone: zone,
        }
      : // Also when there are none: what is left out, AKS leaves as it is.
        { authorizedIPRanges: [...authorizedRanges] }),
    ...(subnetId !== undefined && { enableVnetIntegration: true, subnetId }),
  };
}

/**
 * Returns the properties whose changes replace the cluster. Only an API server in the network can change between
 * private and public in place.
 */
export const replacedFor = ({ subnetId }: ApiServerArgs): string[] =>
  subnetId === undefined ? ["apiServerAccessProfile.enablePrivateCluster"] : [];
