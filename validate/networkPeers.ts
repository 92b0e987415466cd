/** Address ranges that pods on Azure must not reach, or that no connection comes from. */
import { type AddressRange, isWithin, parseRange } from "./addressRange.ts";

interface Special {
  range: string;
  why: string;
}

/** Services of the node that a pod runs on. https://learn.microsoft.com/azure/aks/imds-restriction */
const ofNode: readonly Special[] = [
  {
    range: "169.254.169.254/32",
    why: "is the metadata service of the node, which hands the node's identity to every process that asks: use a workload identity",
  },
  {
    // https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
    range: "168.63.129.16/32",
    why: "is the agent service of the node, which hands out its bootstrap secrets; name resolution works without it: remove it",
  },
];

/** Addresses that no packet between a pod and another machine has. */
const unrouted: readonly Special[] = [
  { range: "127.0.0.0/8", why: "is the pod itself, whose connections no network policy sees: remove it" },
  { range: "169.254.0.0/16", why: "is link-local, and no other machine has such an address: remove it" },
  { range: "224.0.0.0/4", why: "is for multicast, which Azure's networks do not carry: remove it" },
  { range: "240.0.0.0/4", why: "is reserved, and no machine has such an address: remove it" },
  { range: "0.0.0.0/8", why: "is not the address of a machine: use 0.0.0.0/0 for all, or remove it" },
];

const within = (range: AddressRange, { range: text }: Special) => {
  const special = parseRange(text);
  return special !== undefined && isWithin(range, special);
};

/** Returns the problem with the range of a peer, or `undefined`. A larger range may contain such addresses. */
export function peerRangeProblem(text: string): string | undefined {
  const range = parseRange(text);
  if (range === undefined) return undefined;
  const found = [...ofNode, ...unrouted].find((special) => within(range, special));
  return found === undefined ? undefined : `"${text}" ${found.why}`;
}
