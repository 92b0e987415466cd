/** Common to the command lines of all commands of the environment: help, errors, exit codes. */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/**
 * Reads the command line. Prints the help and exits on `--help`, or on an unknown option.
 * @param help the whole text of `--help`
 */
export function commandLine<T extends ParseArgsOptionsConfig>(help: string, options: T) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: "boolean", short: "h" } }, strict: true });
    if (!("help" in values) || values.help !== true) return values;
    process.stdout.write(`${help.trim()}\n`);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help.trim()}\n`);
    process.exit(2);
  }
}

/** Runs a command to its exit code: 0 done, 2 could not run. An error's message is printed without a stack trace. */
export async function main(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `\n${process.env.TARMAC_DEBUG !== undefined && error instanceof Error ? (error.stack ?? message) : message}\n`,
    );
    process.exitCode = 2;
  }
}
