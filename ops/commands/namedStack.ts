import { UsageError } from "../couldNotRun.ts";

/** The stack that a command line names, as an argument or with `--stack`. @throws UsageError when they differ */
export function namedStack(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument !== undefined && option !== undefined && argument !== option)
    throw new UsageError(`one stack at a time: the argument is "${argument}", --stack is "${option}"`);
  return argument ?? option;
}

/** For an option that may be repeated. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** The same, for values that may also be a list with commas, as from the field of a form. Empty ones do not count. */
export const collectList = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()])),
];
