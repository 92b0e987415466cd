/** Checks for address ranges in ingressFrom and egressTo that match nothing in a new cluster. */
import { isPrivate, isWithin, parseRange } from "@tarmac/validate/addressRange";
import { eachProblem } from "@tarmac/validate/valueCheck";
import type { FindingOf } from "./allowedValues.ts";
import { onExistingCluster } from "./clusterSettings.ts";
import type { Settings } from "./everySetting.ts";

/**
 * Returns the problem with a range inside the cluster. Cilium applies ranges only to addresses outside the cluster;
 * pods and Services are selected by namespace.
 * https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium#limitations
 */
function insideProblem(s: Settings, peer: string): string | undefined {
  if (peer.includes(":")) return `"${peer}" is a range of IPv6, which the cluster does not have: use IPv4 ranges`;
  const range = parseRange(peer);
  const inside = (["podRange", "serviceRange"] as const).find((key) => {
    const whole = parseRange(s[key]);
    return range !== undefined && whole !== undefined && isWithin(range, whole);
  });
  if (inside === undefined) return undefined;
  return `"${peer}" is in ${inside}, and network policies do not know pods and Services by address: use the name of their namespace`;
}

/** Returns the problem with a private range as the source of requests to a public address. */
function privateSourceProblem(peer: string): string | undefined {
  const range = parseRange(peer);
  if (range === undefined || !isPrivate(range)) return undefined;
  return `"${peer}" is a private range, and no request to a public load balancer comes from one: use public addresses, or serviceType "InternalLoadBalancer"`;
}

export function peerProblems(s: Settings): FindingOf<Settings>[] {
  if (onExistingCluster(s)) return [];
  const isPublic = s.serviceType === "PublicLoadBalancer";
  return [
    ["egressTo", eachProblem(s.egressTo, (peer) => insideProblem(s, peer))],
    [
      "ingressFrom",
      eachProblem(
        s.ingressFrom,
        (peer) => insideProblem(s, peer) ?? (isPublic ? privateSourceProblem(peer) : undefined),
      ),
    ],
  ];
}
