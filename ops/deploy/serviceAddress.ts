/** The address at which a service is tested, which may differ from its users' address. */
import { BlockList, isIPv4 } from "node:net";

/** Private networks, RFC 1918 and RFC 6598. */
const unreachable = new BlockList();
unreachable.addSubnet("10.0.0.0", 8);
unreachable.addSubnet("172.16.0.0", 12);
unreachable.addSubnet("192.168.0.0", 16);
unreachable.addSubnet("100.64.0.0", 10);

/**
 * An internal load balancer answers only inside its network, where a pipeline usually does not run. The service is then
 * tested inside the cluster, like one without a load balancer.
 * @param address that its users use
 * @param inside `NAME.NAMESPACE.svc:PORT`
 */
export function askedAt(address: string, inside: string | undefined): string {
  const host = URL.canParse(address) ? new URL(address).hostname : "";
  return isIPv4(host) && unreachable.check(host) ? (inside ?? address) : address;
}
