/**
 * Checks whether the stack's address ranges overlap those of networks it will communicate with. Azure peers only
 * networks that do not overlap.
 */
import { addressAt, overlap, parseRange } from "@tarmac/validate/addressRange";
import { ok, type Outcome, type PreflightCheck, problem } from "../preflightCheck.ts";
import type { PlannedRange } from "../plannedStack.ts";

export const addressRanges: PreflightCheck = {
  name: "address-ranges",
  about:
    "The stack's ranges overlap neither the existing network that its nodes join, nor a peered network of the subscription, nor what those are peered with.",
  applies: ({ ranges, existingNetworkId }) =>
    existingNetworkId !== undefined || ranges.some(({ of }) => of === "network"),
  async run({ ranges, existingNetworkId }, { azure, subscription, existing }) {
    const [networks, joined, { ids }] = await Promise.all([
      azure.list<Network>(`${subscription}/providers/Microsoft.Network/virtualNetworks`, version),
      existingNetworkId === undefined ? undefined : azure.get<Network>(existingNetworkId, version),
      existing(),
    ]);
    const own = new Set(ids.map((id) => id.toLowerCase()));
    // A network without peerings may use the same addresses, because traffic never crosses.
    const spaces = networks
      .filter(
        ({ id, properties }) => !own.has(id.toLowerCase()) && (properties.virtualNetworkPeerings ?? []).length > 0,
      )
      .concat(joined ?? [])
      .flatMap(spacesOf);
    const outcomes = ranges.flatMap((range) => outcomeOf(range, spaces));
    return outcomes.length > 0
      ? outcomes
      : [ok(`${ranges.map(({ range }) => range).join(", ")} overlap no network that they could meet`)];
  },
};

const version = "2024-05-01";

interface Network {
  id: string;
  name: string;
  properties: {
    addressSpace?: { addressPrefixes?: string[] };
    virtualNetworkPeerings?: {
      properties: {
        remoteVirtualNetwork?: { id?: string };
        remoteAddressSpace?: { addressPrefixes?: string[] };
        remoteVirtualNetworkAddressSpace?: { addressPrefixes?: string[] };
      };
    }[];
  };
}

interface Space {
  network: string;
  prefix: string;
}

/** The ranges of a network and of its peered networks, which may be in other subscriptions. */
function spacesOf({ name, properties }: Network): Space[] {
  const { addressSpace, virtualNetworkPeerings: peerings = [] } = properties;
  const remote = peerings.flatMap(({ properties: peering }) => {
    const network = peering.remoteVirtualNetwork?.id?.split("/").at(-1) ?? `a peer of ${name}`;
    const space = peering.remoteVirtualNetworkAddressSpace ?? peering.remoteAddressSpace;
    return (space?.addressPrefixes ?? []).map((prefix) => ({ network, prefix }));
  });
  return [...(addressSpace?.addressPrefixes ?? []).map((prefix) => ({ network: name, prefix })), ...remote];
}

function outcomeOf({ setting, range: text }: PlannedRange, spaces: readonly Space[]): Outcome[] {
  const range = parseRange(text);
  const taken = range === undefined ? [] : spaces.filter(({ prefix }) => overlaps(prefix, text));
  if (taken.length === 0) return [];
  const others = [...new Set(taken.map(({ network, prefix }) => `${network} (${prefix})`))];
  const free = freeRange(range?.bits ?? 16, spaces);
  return [
    problem(
      `${setting} ${text} overlaps ${others.join(", ")}`,
      free === undefined ? `set ${setting} to a range that no network has` : `set ${setting} to ${free}`,
    ),
  ];
}

const overlaps = (a: string, b: string): boolean => {
  const [first, second] = [parseRange(a), parseRange(b)];
  return first !== undefined && second !== undefined && overlap(first, second);
};

/** The first range of this size in 10.0.0.0/8 without an overlap. */
function freeRange(bits: number, spaces: readonly Space[]): string | undefined {
  const all = parseRange("10.0.0.0/8");
  if (all === undefined || bits < all.bits) return undefined;
  const size = 2 ** (32 - bits);
  for (let offset = 0; offset <= all.last - all.first; offset += size) {
    const candidate = `${addressAt(all, offset)}/${bits}`;
    if (!spaces.some(({ prefix }) => overlaps(prefix, candidate))) return candidate;
  }
  return undefined;
}
