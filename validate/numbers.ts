/** The least and the most that a number may be, for {@link integerProblem}. */
export type Bounds = readonly [least: number, most: number];

/** What is wrong with a whole number that must lie in a range (both ends allowed), or `undefined`. */
export function integerProblem(value: number, ...[least, most]: Bounds): string | undefined {
  if (Number.isInteger(value) && value >= least && value <= most) return undefined;
  return `${value} is out of range: use a whole number from ${least} to ${most}`;
}
