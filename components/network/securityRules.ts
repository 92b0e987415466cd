/**
 * Rules of the network security groups. Azure's default rules come after them. The default rules allow traffic inside
 * the network and its peers, the load balancer's probes, and all outbound traffic. They deny all other inbound traffic.
 * https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules
 */
import type { input } from "@pulumi/azure-native/types/index.js";

type Rule = input.network.SecurityRuleArgs;

export interface NodeTraffic {
  /** Address ranges of nodes, one for each subnet. */
  nodes: readonly string[];
  /** Address range of pods. */
  pods: string;
  /**
   * TCP ports of public load balancers. AKS's own security group on the nodes limits them to the load balancers'
   * addresses.
   */
  publicPorts: readonly number[];
  /** Address ranges that may reach these ports. An empty list means the internet. */
  publicFrom: readonly string[];
}

const allow = (name: string, direction: "Inbound" | "Outbound", priority: number, more: Partial<Rule>): Rule => ({
  ...{ name, direction, priority, access: "Allow", protocol: "*", sourcePortRange: "*", destinationPortRange: "*" },
  ...more,
});

/**
 * Returns the rules of the nodes' subnet. Pod addresses are outside the network's range, and pod packets are not
 * encapsulated, so the default rules do not cover them.
 * https://learn.microsoft.com/azure/aks/azure-cni-overlay#network-security-groups
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
