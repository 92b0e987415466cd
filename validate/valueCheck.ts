/** The problems of a value: one, one for each bad entry of a map or list, or none. */
export type Problems = string | readonly string[] | undefined;

/**
 * Returns the problem with a value, or `undefined`. Can also describe the allowed values, in a few words that fit into
 * a table.
 */
export interface Check<T> {
  (value: T): Problems;
  allowed?: string;
}

/** @param allowed Markdown, e.g. "1 to 10" or "address range, e.g. `10.20.0.0/24`" */
export const allowing = <T>(allowed: string, check: (value: T) => Problems): Check<T> =>
  Object.assign((value: T) => check(value), { allowed });

/** Returns the problem with an optional value. */
export const ifGiven = <T, P extends Problems>(value: T | undefined, problem: (value: T) => P) =>
  value === undefined ? undefined : problem(value);

/** Converts problems to a list, which is empty if there are none. */
export const listOf = (problems: Problems): readonly string[] =>
  problems === undefined ? [] : typeof problems === "string" ? [problems] : problems;

/** Returns the problems of all values in one list, so that one run names them all. */
export const eachProblem = <T>(values: readonly T[], problem: (value: T) => Problems): string[] =>
  values.flatMap((value) => listOf(problem(value)));

/**
 * Returns the problem with a map's value that is not a string, or `undefined`. YAML and `pulumi config set --path`
 * convert `1` and `true` to other types.
 * @param entry name of the value, e.g. `"LOG_LEVEL"`, for the message
 */
export const textValueProblem = (entry: string, value: unknown): string | undefined =>
  typeof value === "string"
    ? undefined
    : `the value of ${entry} is not a string: put it in quotes, or add --type string to pulumi config set --path`;

/** Returns the values that appear in a list more than once, each value once. */
export const repeated = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

/** Returns one problem for each value that appears in a list more than once. */
export const listedTwiceProblems = (values: readonly string[]): string[] =>
  repeated(values).map((value) => `"${value}" is listed twice: remove one`);

/** The problem of a key that is also set in another map, where only one can apply. @param other name of that map */
export const alsoSetProblem = (key: string, other: string): string =>
  `"${key}" is also set in ${other}, and only one can apply: remove it from one of them`;
