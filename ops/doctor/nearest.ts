import { editDistance } from "@tarmac/validate/editDistance";

/** The candidates most similar to what was wanted, nearest first. */
export function nearest(wanted: string, candidates: readonly string[], count = 3): string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate) }))
    .sort((left, right) => left.distance - right.distance || (left.candidate < right.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}
