/** What is wrong with a whole number that must lie in a range (both ends allowed), or `undefined`. */
export function integerProblem(value: number, least: number, most: number): string | undefined {
  if (Number.isInteger(value) && value >= least && value <= most) return undefined;
  return `${value} is out of range: use a whole number from ${least} to ${most}`;
}
