/**
 * Rules of the network security groups. Azure's default rules come after them: everything inside the network and its peers, the
 * load balancer's probes, and all ways out are allowed; everything else that comes in is denied.
 * https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules
 */
import type { input } from "@pulumi/azure-native/types/index.js";

type Rule = input.network.SecurityRuleArgs;

export interface NodeTraffic {
  /** Addresses of nodes, by subnet. */
  nodes: readonly string[];
  /** Addresses of pods. */
  pods: string;
  /** TCP ports of load balancers that are reached from outside. AKS's own group on the nodes narrows this to their addresses. */
  publicPorts: readonly number[];
  /** Address ranges that may reach them; none: the internet. */
  publicFrom: readonly string[];
}

const allow = (name: string, direction: "Inbound" | "Outbound", priority: number, more: Partial<Rule>): Rule => ({
  ...{ name, direction, priority, access: "Allow", protocol: "*", sourcePortRange: "*", destinationPortRange: "*" },
  ...more,
});

/**
 * For the nodes' subnet. Pods have addresses that are not the network's, and their packets are not encapsulated: the default
 * rules do not cover them. https://learn.microsoft.com/azure/aks/azure-cni-overlay#network-security-groups
 */
export function nodeSecurityRules({ nodes, pods, publicPorts, publicFrom }: NodeTraffic): Rule[] {
  const cluster = [...nodes, pods];
  const amongThem = { sourceAddressPrefixes: cluster, destinationAddressPrefixes: cluster };
  return [
    allow("nodes-and-pods", "Inbound", 100, amongThem),
    allow("nodes-and-pods-out", "Outbound", 100, amongThem),
    ...(publicPorts.length === 0
      ? []
      : [
          allow("load-balancers", "Inbound", 110, {
            protocol: "Tcp",
            ...(publicFrom.length === 0
              ? { sourceAddressPrefix: "Internet" }
              : { sourceAddressPrefixes: [...publicFrom] }),
            destinationAddressPrefix: "*",
            destinationPortRange: undefined,
            destinationPortRanges: publicPorts.map(String),
          }),
        ]),
  ];
}
