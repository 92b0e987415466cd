import { editDistance } from "@tarmac/validate/editDistance";

/** The candidates most similar to the requested name, nearest first. */
export function nearest(wanted: string, candidates: readonly string[], count = 3): string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate) }))
    .sort((left, right) => left.distance - right.distance || (left.candidate < right.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** The name that was probably intended; undefined if none is similar. */
export function closeEnough(wanted: string, names: readonly string[]): string | undefined {
  const [near] = nearest(wanted, names, 1);
  return near !== undefined && editDistance(near, wanted) <= Math.max(2, wanted.length / 3) ? near : undefined;
}
