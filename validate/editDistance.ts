/** Returns the number of inserted, deleted or changed characters between two words (Levenshtein). */
export function editDistance(a: string, b: string): number {
  // The distances from the part of `a` so far to the first 1, 2, 3, ... characters of `b`.
  let distances = Array.from({ length: b.length }, (_, index) => index + 1);
  for (let i = 0; i < a.length; i++) {
    let [shorterBoth, shorterB] = [i, i + 1];
    distances = distances.map((shorterA, j) => {
      const distance = Math.min(shorterBoth + (a[i] === b[j] ? 0 : 1), shorterA + 1, shorterB + 1);
      [shorterBoth, shorterB] = [shorterA, distance];
      return distance;
    });
  }
  return distances.at(-1) ?? a.length;
}

/** Returns the nearest allowed word, or `undefined` if none is close enough to be a typo. */
export function nearest(written: string, allowed: readonly string[]): string | undefined {
  const [best] = allowed
    .map((word) => ({ word, distance: editDistance(written.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.word.length / 3)) ? best.word : undefined;
}
