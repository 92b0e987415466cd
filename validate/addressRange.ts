/** IPv4 address ranges as numbers: containment, overlap, and single addresses. */
import { addressNumber, addressText, cidrProblem, ipv4RangeProblem } from "./cidr.ts";
import { eachProblem, listedTwiceProblems } from "./valueCheck.ts";

/** From the first address to the last, both inclusive. */
export interface AddressRange {
  first: number;
  last: number;
  /** Length of the prefix: 24 for "10.20.0.0/24". */
  bits: number;
}

/** @returns `undefined` unless the text is an IPv4 range that starts at its first address */
export function parseRange(text: string): AddressRange | undefined {
  return cidrProblem(text) !== undefined || text.includes(":") ? undefined : rangeOf(text);
}

/** @param text a well-formed range */
function rangeOf(text: string): AddressRange {
  const slash = text.indexOf("/");
  const [first, bits] = [addressNumber(text.slice(0, slash)), Number(text.slice(slash + 1))];
  return { first, last: first + 2 ** (32 - bits) - 1, bits };
}

export const overlap = (a: AddressRange, b: AddressRange): boolean => a.first <= b.last && b.first <= a.last;

export const isWithin = (inner: AddressRange, outer: AddressRange): boolean =>
  inner.first >= outer.first && inner.last <= outer.last;

/** Returns the address at an offset from the first: with 10, "10.0.0.10" for "10.0.0.0/16". */
export const addressAt = ({ first }: AddressRange, offset: number): string => addressText(first + offset);

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(rangeOf);
/** Returns whether a range is inside one of the private ranges, which the internet does not route. */
export const isPrivate = (range: AddressRange): boolean => privateRanges.some((one) => isWithin(range, one));

/** Addresses of this machine, of this network, link-local, and multicast or reserved. */
const notOnInternet = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map(rangeOf);
/**
 * AKS reads this range as "only the cluster's own outbound address".
 * https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
 */
const outboundOnly = "0.0.0.0/32";
/**
 * Ranges that AKS uses itself: no other range may overlap them. https://learn.microsoft.com/azure/aks/azure-cni-overlay
 */
const takenByAks = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

/**
 * Returns the problem with a range for a network, subnet, pods or Services, or `undefined`.
 * @param least shortest allowed prefix (largest range)
 * @param most longest allowed prefix (smallest range)
 */
export function networkRangeProblem(text: string, least: number, most: number): string | undefined {
  const problem = cidrProblem(text, false);
  if (problem !== undefined) return problem;
  const range = parseRange(text);
  if (range === undefined) return `"${text}" is not an IPv4 range: use e.g. "10.224.0.0/16"`;
  if (!isPrivate(range))
    return `"${text}" is not a private range: use a range inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, or 100.64.0.0/10`;
  if (range.bits < least || range.bits > most)
    return `"${text}" has the wrong size: use a prefix from /${least} (the largest) to /${most} (the smallest)`;
  const taken = takenByAks.find((one) => overlap(range, rangeOf(one)));
  return taken === undefined ? undefined : `"${text}" overlaps ${taken}, which AKS reserves: use another range`;
}

/**
 * Maximum number of ranges in AKS. https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges#limitations,
 * read 2026-11-28
 */
const mostAuthorizedRanges = 200;

/** Returns the problems of all ranges that may reach the API server over the internet. */
export const authorizedRangesProblem = (ranges: readonly string[]): string[] =>
  tooManyOr(ranges, mostAuthorizedRanges, "AKS", eachProblem(ranges, authorizedRangeProblem));

/**
 * Maximum number of rules of a Premium registry.
 * https://learn.microsoft.com/azure/container-registry/container-registry-skus, read 2026-11-28
 */
const mostRegistryRules = 200;

/** Returns the problems of all addresses and ranges that may reach a registry. */
export const registryRangesProblem = (ranges: readonly string[]): string[] =>
  tooManyOr(
    ranges,
    mostRegistryRules,
    "a registry",
    eachProblem(ranges, (range) => serviceRangeProblem(range, "registryAllowedRanges")),
  );

/** Maximum number of IP rules of a vault. https://learn.microsoft.com/azure/key-vault/general/network-security, read 2026-11-28 */
const mostVaultRules = 1000;

/** Returns the problems of all addresses and ranges that may reach a vault. */
export const vaultRangesProblem = (ranges: readonly string[]): string[] =>
  tooManyOr(
    ranges,
    mostVaultRules,
    "a vault",
    eachProblem(ranges, (range) => serviceRangeProblem(range, "keyVaultAllowedRanges")),
  );

const tooManyOr = (ranges: readonly string[], most: number, of: string, problems: string[]) =>
  problems.length === 0 && listedTwiceProblems(ranges).length > 0
    ? listedTwiceProblems(ranges)
    : ranges.length > most
      ? [
          `${ranges.length} ranges are more than ${most}, the most that ${of} takes: merge neighboring ranges into larger ones`,
        ]
      : problems;

/** Returns the problem with an address or range that may reach a registry or a vault over the internet, or `undefined`. */
function serviceRangeProblem(text: string, setting: string): string | undefined {
  const problem = ipv4RangeProblem(text);
  if (problem !== undefined) return problem;
  const range = parseRange(text.includes("/") ? text : `${text}/32`);
  if (range?.bits === 0) return `"${text}" allows every address: to allow all, remove ${setting}`;
  if (range !== undefined && notOnInternet.some((one) => overlap(range, one)))
    return `"${text}" has addresses that the internet does not route, so no request comes from them: use public addresses`;
  if (range !== undefined && privateRanges.some((one) => overlap(range, one)))
    return `"${text}" is a private range, and no request from the internet comes from one: use public addresses, or a private endpoint (privateRegistry)`;
  return undefined;
}

/** Returns the problem with a range that may reach the API server over the internet, or `undefined`. */
export function authorizedRangeProblem(text: string): string | undefined {
  const problem = cidrProblem(text);
  if (problem !== undefined) return problem;
  const range = parseRange(text);
  if (range === undefined) return `"${text}" is not an IPv4 range, and AKS accepts no other: use e.g. "203.0.113.7/32"`;
  if (range.bits === 0) return `"${text}" allows every address: to allow all, remove authorizedRanges`;
  if (notOnInternet.some((one) => overlap(range, one)) && text !== outboundOnly)
    return `"${text}" has addresses that the internet does not route, so no request comes from them: use public addresses`;
  if (privateRanges.some((one) => overlap(range, one)))
    return `"${text}" is a private range, and no request from the internet comes from one: use public addresses, or make the cluster private (privateCluster)`;
  return undefined;
}
