/** The command `tarmac`: runs one of its commands and exits with its code. */
import { CommanderError } from "commander";
import { program } from "./commands/program.ts";
import { CouldNotRun, UsageError } from "./couldNotRun.ts";
import { masker } from "./report/mask.ts";

/** @param args without the names of Node and the program */
export async function main(args: readonly string[]): Promise<void> {
  // `tarmac ... | head` closes the pipe before everything is written.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  try {
    await program().parseAsync(args, { from: "user" });
  } catch (error) {
    // Commander has printed its message; requested help is not an error.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      process.stderr.write(`error: ${masker(process.env)(messageOf(error))}\n`);
      process.exitCode = 2;
    }
  }
}

/** A CouldNotRun explains itself and needs no stack trace; any other error shows where it came from. */
function messageOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n(add --help to see how the command is called)`;
  if (error instanceof CouldNotRun) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

if (import.meta.main) await main(process.argv.slice(2));
