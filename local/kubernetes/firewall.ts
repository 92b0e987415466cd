/** Firewall rules that make the node and the pods reachable from this machine only. */
import { setSysctl } from "../host/bridge.ts";
import type { Chain } from "../host/iptablesChains.ts";
import { network } from "../layout.ts";

const { bridge, nodeAddress, podCidr, serviceCidr } = network;

export const clusterChains: readonly Chain[] = [
  {
    // Before Service addresses are translated: later on, a rule of kube-proxy accepts translated traffic.
    table: "raw",
    from: "PREROUTING",
    name: "TARMAC-PREROUTING",
    rules: [
      "-i lo -j RETURN",
      `-i ${bridge} -j RETURN`,
      `-d ${podCidr} -m comment --comment "pods and node: from this machine only" -j DROP`,
      `-d ${serviceCidr} -m comment --comment "services: from this machine only" -j DROP`,
    ],
  },
  {
    // A pod gets an error at once when it has no route to an address (podRoutes.ts). The kernel knows no connection for this
    // answer, and the network policy controller drops such invalid packets. So these answers are not tracked.
    table: "raw",
    from: "OUTPUT",
    name: "TARMAC-UNREACHABLE",
    rules: [`-o ${bridge} -p icmp --icmp-type destination-unreachable -j CT --notrack`],
  },
  {
    table: "filter",
    from: "INPUT",
    name: "TARMAC-INPUT",
    rules: [
      `-i ${bridge} -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -m comment --comment "pods do not reach loopback" -j DROP`,
      `-i ${bridge} -d ${nodeAddress}/32 -j ACCEPT`,
    ],
  },
  {
    table: "filter",
    from: "FORWARD",
    name: "TARMAC-FORWARD",
    // Pods have no way out either: podRoutes.ts.
    rules: [`-i ${bridge} -o ${bridge} -j ACCEPT`, `-o ${bridge} -j DROP`],
  },
  {
    // A packet that still has a Service address here has no rule of kube-proxy, or had none yet. It would leave the machine by
    // its default route, where another machine may answer, and an API server that connected to it would keep that connection.
    table: "filter",
    from: "OUTPUT",
    name: "TARMAC-OUTPUT",
    rules: [
      `-d ${serviceCidr} -m comment --comment "services: on this machine only" -j REJECT --reject-with icmp-port-unreachable`,
    ],
  },
];

/**
 * Lets the kernel forward between pods, and route answers to loopback clients of Services. This applies to the pods' bridge
 * only, so that the machine does not become a router between its other networks.
 */
export function setForwarding(): void {
  setSysctl(`net/ipv4/conf/${bridge}/forwarding`, "1");
  setSysctl(`net/ipv4/conf/${bridge}/route_localnet`, "1");
  // Without this, an answer from pod to pod would bypass the firewall, which has to translate its address back.
  setSysctl("net/bridge/bridge-nf-call-iptables", "1");
}
