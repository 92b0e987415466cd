/**
 * The address ranges inside a cluster: of pods, which the overlay network hides from the outer network, and of
 * Services.
 */
import { addressAt, networkRangeProblem, overlap, parseRange } from "@tarmac/validate/addressRange";

export interface ClusterRangeArgs {
  /** Address range of pods; each node takes a /24 of it. @default "10.244.0.0/16" */
  pods?: string;
  /** Address range of Services; its tenth address is the cluster's DNS server. @default "10.0.0.0/16" */
  services?: string;
}

/** AKS's default ranges. https://learn.microsoft.com/azure/aks/azure-cni-overlay */
export const aksRanges = { pods: "10.244.0.0/16", services: "10.0.0.0/16" } as const;

export const podRangeProblem = (range: string) => networkRangeProblem(range, 8, 24);
export const serviceRangeProblem = (range: string) => networkRangeProblem(range, 12, 27);

/** @returns the problem with two overlapping ranges, or `undefined` */
export function overlapProblem(range: string, other: string, otherName: string): string | undefined {
  const [a, b] = [parseRange(range), parseRange(other)];
  if (a === undefined || b === undefined || !overlap(a, b)) return undefined;
  return `"${range}" overlaps "${other}", the range of ${otherName}: use ranges that do not overlap`;
}

/** Returns the problems of the arguments, by property path. */
export function clusterRangeFindings(args: ClusterRangeArgs) {
  const { pods, services } = { ...aksRanges, ...args };
  return [
    ["ranges.pods", podRangeProblem(pods) ?? overlapProblem(pods, services, "the Services")],
    ["ranges.services", serviceRangeProblem(services)],
  ] as const;
}

/** Returns the properties of the cluster's `networkProfile`. */
export function clusterRanges(args: ClusterRangeArgs) {
  const { pods, services } = { ...aksRanges, ...args };
  const range = parseRange(services);
  return {
    podCidr: pods,
    serviceCidr: services,
    dnsServiceIP: range === undefined ? undefined : addressAt(range, 10),
  };
}
