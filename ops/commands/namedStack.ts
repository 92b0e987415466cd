import { UsageError } from "../couldNotRun.ts";

/**
 * The stack named on the command line, as an argument or with `--stack`. @throws UsageError if both are given and
 * differ
 */
export function namedStack(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument !== undefined && option !== undefined && argument !== option)
    throw new UsageError(`one stack at a time: the argument is "${argument}", --stack is "${option}"`);
  return argument ?? option;
}

/** The option for {@link namedStack}. */
export const stackOption = ["-s, --stack <name>", "the same as the argument"] as const;

export const configFileOption = ["--config-file <file>", "stack file (default: Pulumi.STACK.yaml)"] as const;

/** For a repeatable option. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** Like `collect`, but a value may also be a comma-separated list, as from a form field. Empty values are ignored. */
export const collectList = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()])),
];
