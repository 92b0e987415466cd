/** What is wrong with a value: one problem, one for each bad entry of a map or list, or nothing. */
export type Problems = string | readonly string[] | undefined;

/** Says what is wrong with a value, or `undefined`. It can carry what is allowed, in the few words that a table has room for. */
export interface Check<T> {
  (value: T): Problems;
  allowed?: string;
}

/** @param allowed Markdown, e.g. "1 to 10" or "address range, e.g. `10.20.0.0/24`" */
export const allowing = <T>(allowed: string, check: (value: T) => Problems): Check<T> =>
  Object.assign((value: T) => check(value), { allowed });

/** What is wrong with a value that need not be given. */
export const ifGiven = <T, P extends Problems>(value: T | undefined, problem: (value: T) => P) =>
  value === undefined ? undefined : problem(value);

/** Problems as a list, which is empty when nothing is wrong. */
export const listOf = (problems: Problems): readonly string[] =>
  problems === undefined ? [] : typeof problems === "string" ? [problems] : problems;

/** What is wrong with each of the values, in one list, so that one run names them all. */
export const eachProblem = <T>(values: readonly T[], problem: (value: T) => Problems): string[] =>
  values.flatMap((value) => listOf(problem(value)));

/**
 * What is wrong with a value of a map that must be a text, or `undefined`: YAML and `pulumi config set --path` read `1` and
 * `true` as something else.
 * @param entry which value it is, e.g. `"LOG_LEVEL"`, for the message
 */
export const textValueProblem = (entry: string, value: unknown): string | undefined =>
  typeof value === "string"
    ? undefined
    : `the value of ${entry} is not a string: put it in quotes, or add --type string to pulumi config set --path`;

/** What stands in a list more than once, each named once. */
export const repeated = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];
