/** Outbound types: how nodes reach the internet. https://learn.microsoft.com/azure/aks/egress-outboundtype */

export const outboundTypes = [
  "loadBalancer",
  "managedNATGateway",
  "userAssignedNATGateway",
  "userDefinedRouting",
] as const;
export type OutboundType = (typeof outboundTypes)[number];

/** Who manages the cluster's network: AKS, the stack, or others such as a network team. */
export type NetworkOwner = "AKS" | "stack" | "others";

/** Returns the problem with an outbound type in such a network, or `undefined`. */
export function outboundProblem(type: OutboundType, owner: NetworkOwner): string | undefined {
  switch (type) {
    case "loadBalancer":
      return undefined;
    case "managedNATGateway":
      return owner === "AKS"
        ? undefined
        : `"${type}" works only in a network that AKS creates: use "userAssignedNATGateway"`;
    case "userAssignedNATGateway":
      return owner === "AKS"
        ? `"${type}" needs a subnet with a NAT gateway: set ownNetwork to true, or nodeSubnetId, or use "managedNATGateway"`
        : undefined;
    case "userDefinedRouting":
      return owner === "others"
        ? undefined
        : `"${type}" needs a subnet whose route table leads to a firewall before the cluster exists: set nodeSubnetId`;
  }
}
