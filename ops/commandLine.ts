/** What the commands have in common on their command line: where they were called, clear refusals, exit code 2. */
import { resolve } from "node:path";

/** Folder of the project. */
export const checkout = resolve(import.meta.dirname, "..");

/** npm runs its scripts in the project's folder; where it was called, it says here. */
export const caller = process.env.INIT_CWD ?? process.cwd();

/** A command line that cannot be used; the message has a line for every problem. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads a command line; one that cannot be used is refused with the whole help, and ends the process. */
export function readOrEnd<T>(help: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help.trim()}\n`);
    process.exit(2);
  }
}

type Kind = abstract new (...args: never[]) => Error;

/**
 * Says why a command could not run.
 * @param command as npm calls it, e.g. "check-image"
 * @param known kinds whose message says all; of any other the stack tells where it came from
 */
export function sayWhyNot(error: unknown, command: string, known: readonly Kind[]): void {
  const clear = [UsageError, ...known].some((kind) => error instanceof kind);
  process.stderr.write(`${clear ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  if (error instanceof UsageError) process.stderr.write(`\nnpm run ${command} -- --help shows how it is called\n`);
  process.exitCode = 2;
}
