/** Says what is wrong with a value, or `undefined`. It can carry what is allowed, in the few words that a table has room for. */
export interface Check<T> {
  (value: T): string | undefined;
  allowed?: string;
}

/** @param allowed Markdown, e.g. "1 to 10" or "address range, e.g. `10.20.0.0/24`" */
export const allowing = <T>(allowed: string, check: (value: T) => string | undefined): Check<T> =>
  Object.assign((value: T) => check(value), { allowed });
