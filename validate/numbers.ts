/** Minimum and maximum of a number, for {@link integerProblem}. */
export type Bounds = readonly [least: number, most: number];

/** Returns the problem with an integer outside a range (both bounds inclusive), or `undefined`. */
export function integerProblem(value: number, ...[least, most]: Bounds): string | undefined {
  if (Number.isInteger(value) && value >= least && value <= most) return undefined;
  return `${value} is out of range: use a whole number from ${least} to ${most}`;
}
