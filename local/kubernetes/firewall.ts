/** The firewall's part in "node and pods are reachable from this machine only". */
import { setSysctl } from "../host/bridge.ts";
import type { Chain } from "../host/iptablesChains.ts";
import { network } from "../settings.ts";

const { bridge, nodeAddress, podCidr, serviceCidr } = network;

export const clusterChains: readonly Chain[] = [
  {
    // Before addresses of Services are translated: a rule of kube-proxy's lets translated traffic pass later on.
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
    // A pod learns at once that it has no way to an address (podRoutes.ts). The kernel knows no connection that such an
    // answer belongs to, and the network policy controller drops what is invalid in that sense: so it is not tracked.
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
    // What still has a Service's address here has no rule of kube-proxy's, or had none yet. It would leave by the machine's way
    // out, where somebody may answer, and an API server that has connected there keeps that connection.
    table: "filter",
    from: "OUTPUT",
    name: "TARMAC-OUTPUT",
    rules: [
      `-d ${serviceCidr} -m comment --comment "services: on this machine only" -j REJECT --reject-with icmp-port-unreachable`,
    ],
  },
];

/**
 * Lets the kernel forward between pods, and route answers to loopback clients of Services: on the pods' bridge alone,
 * so that the machine does not become a router between its other networks.
 */
export function setForwarding(): void {
  setSysctl(`net/ipv4/conf/${bridge}/forwarding`, "1");
  setSysctl(`net/ipv4/conf/${bridge}/route_localnet`, "1");
  // Without it an answer from pod to pod would pass the bridge by the firewall that has to translate it back.
  setSysctl("net/bridge/bridge-nf-call-iptables", "1");
}
