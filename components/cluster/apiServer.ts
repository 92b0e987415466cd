/** From where a cluster's API server can be reached. Who may then do what is Entra's. */
import * as pulumi from "@pulumi/pulumi";
import { authorizedRangesProblem } from "@tarmac/validate/addressRange";
import { privateDnsZoneProblem } from "@tarmac/validate/azureResourceId";

export interface ApiServerArgs {
  /**
   * Public address ranges requests may come from, e.g. ["203.0.113.7/32"]. Whoever runs `pulumi up` must be among them. The
   * nodes need not be: AKS adds the address they go out by. Not with `privateCluster`.
   */
  authorizedRanges?: readonly string[];
  /** No public address: only the nodes' network, and what is connected to it, reaches the API server. @default false */
  privateCluster?: boolean;
  /**
   * Where a private cluster's name is kept: "system" for a zone that AKS creates, the resource id of a zone, on which the control
   * plane needs Private DNS Zone Contributor, or "none" for the public DNS, where everybody can read the private address.
   * @default "system"
   */
  privateDnsZone?: pulumi.Input<string>;
  /**
   * Resource id of a subnet for the API server itself (API server VNet integration): nodes then reach it without leaving
   * the network. The subnet is delegated to Microsoft.ContainerService/managedClusters.
   */
  subnetId?: pulumi.Input<string>;
}

/** Each default stands here and nowhere else: the settings of the stack take theirs from here. */
export const apiServerDefaults = {
  authorizedRanges: [],
  privateCluster: false,
  privateDnsZone: "system",
} satisfies ApiServerArgs;

/** What is wrong with public ranges that may reach an API server, or `undefined`. */
export const rangesOfPrivateClusterProblem = (privateCluster: boolean, ranges: readonly string[]) =>
  privateCluster && ranges.length > 0
    ? "a private cluster has no public address: remove the ranges, or set privateCluster to false"
    : undefined;

/** What is wrong with a private DNS zone of a public cluster. */
export const zoneOfPublicClusterProblem =
  "only a private cluster has a private DNS zone: set privateCluster to true, or remove this";

/** What is wrong with the arguments, by property path. */
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

/** What Azure is told. */
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
          // With a private zone, nobody outside needs the private address. Without one, AKS refuses a cluster that has no name
          // at all. https://learn.microsoft.com/azure/aks/private-clusters#private-cluster-dns-options
          enablePrivateClusterPublicFQDN:
            typeof zone === "string" ? zone === "none" : pulumi.output(zone).apply((known) => known === "none"),
          privateDNSZone: zone,
        }
      : // Also when there are none: what is left out, AKS leaves as it is.
        { authorizedIPRanges: [...authorizedRanges] }),
    ...(subnetId !== undefined && { enableVnetIntegration: true, subnetId }),
  };
}

/** Only an API server that is inside the network can be made private, or public, where it is. */
export const replacedFor = ({ subnetId }: ApiServerArgs): string[] =>
  subnetId === undefined ? ["apiServerAccessProfile.enablePrivateCluster"] : [];
