import { editDistance } from "@tarmac/validate/editDistance";

/** The candidates most similar to the requested name, nearest first. */
export function nearest(wanted: string, candidates: readonly string[], count = 3): string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate) }))
    .sort((left, right) => left.distance - right.distance || (left.candidate < right.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/**
 * Whether one name is probably a misspelling of the other. Parts such as those of "DB_HOST" are compared one by one:
 * "DB_PORT" is another name.
 */
export function isAlike(wanted: string, name: string): boolean {
  const [one, other] = [wanted, name].map((text) => text.toLowerCase().split(/[-_.]/));
  if (one === undefined || other === undefined) return false;
  return one.length === other.length
    ? one.every((part, index) => isMisspelled(part, other[index] ?? ""))
    : isMisspelled(wanted.toLowerCase(), name.toLowerCase());
}

/** One letter in three may differ, but at least one, or two neighbors are swapped. */
function isMisspelled(wanted: string, word: string): boolean {
  if (wanted === word) return true;
  const distance = editDistance(wanted, word);
  const swapped = distance === 2 && wanted.length === word.length && isSwap(wanted, word);
  return swapped || (wanted.length > 1 && distance <= Math.max(1, Math.floor(wanted.length / 3)));
}

function isSwap(wanted: string, word: string): boolean {
  const first = [...wanted].findIndex((letter, index) => letter !== word[index]);
  return wanted[first] === word[first + 1] && wanted[first + 1] === word[first];
}

/** The name that was probably intended; undefined if none is similar. */
export function closeEnough(wanted: string, names: readonly string[]): string | undefined {
  const [near] = nearest(wanted, names, 1);
  return near !== undefined && isAlike(wanted, near) ? near : undefined;
}

/** The same; if there is only one name, that one. */
export const closeOrOnly = (wanted: string, names: readonly string[]): string | undefined =>
  closeEnough(wanted, names) ?? (names.length === 1 ? names[0] : undefined);
