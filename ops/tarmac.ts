/** The command `tarmac`: runs one of its commands and ends with an exit code. */
import { CommanderError } from "commander";
import { program } from "./commands/program.ts";
import { CouldNotRun, UsageError } from "./couldNotRun.ts";
import { masker } from "./report/mask.ts";

/** @param args without the names of Node and the program */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: "user" });
  } catch (error) {
    // Commander has printed its message; help that was asked for is no error.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      process.stderr.write(`error: ${masker(process.env)(messageOf(error))}\n`);
      process.exitCode = 2;
    }
  }
}

/** An error that explains itself needs no stack; of any other the stack says where it came from. */
function messageOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n(add --help to see how the command is called)`;
  if (error instanceof CouldNotRun) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

if (import.meta.main) await main(process.argv.slice(2));
