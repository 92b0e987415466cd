/** Where the service is asked, which need not be where its users ask it. */
import { BlockList, isIPv4 } from "node:net";

/** Ranges of private networks, RFC 1918 and RFC 6598. */
const unreachable = new BlockList();
unreachable.addSubnet("10.0.0.0", 8);
unreachable.addSubnet("172.16.0.0", 12);
unreachable.addSubnet("192.168.0.0", 16);
unreachable.addSubnet("100.64.0.0", 10);

/**
 * An internal load balancer answers in its network only, where a pipeline mostly does not run: then the service is asked
 * inside the cluster, as one without load balancer is.
 * @param address where its users ask it
 * @param inside `NAME.NAMESPACE.svc:PORT`
 */
export function askedAt(address: string, inside: string | undefined): string {
  const host = URL.canParse(address) ? new URL(address).hostname : "";
  return isIPv4(host) && unreachable.check(host) ? (inside ?? address) : address;
}
