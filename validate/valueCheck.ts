/** Says what is wrong with a value, or `undefined`. It can carry what is allowed, in the few words that a table has room for. */
export interface Check<T> {
  (value: T): string | undefined;
  allowed?: string;
}

/** @param allowed Markdown, e.g. "1 to 10" or "address range, e.g. `10.20.0.0/24`" */
export const allowing = <T>(allowed: string, check: (value: T) => string | undefined): Check<T> =>
  Object.assign((value: T) => check(value), { allowed });

/** What is wrong with a value that need not be given. */
export const ifGiven = <T>(value: T | undefined, problem: (value: T) => string | undefined) =>
  value === undefined ? undefined : problem(value);

/** What is wrong with a value of a map that must be a text, or `undefined`: YAML reads `1` and `true` as something else. */
export const textValueProblem = (key: string, value: unknown): string | undefined =>
  typeof value === "string" ? undefined : `the value of "${key}" is not a string: put it in quotes`;

/** What is wrong with the first of the values that is not fine. */
export const firstProblem = <T>(values: readonly T[], problem: (value: T) => string | undefined) =>
  values.map(problem).find((found) => found !== undefined);
