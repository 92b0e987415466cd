/** The command `tarmac`: runs one of its commands and exits with its code. */
import { runCommand } from "./commands/runCommand.ts";

/** @param args without the names of Node and the program */
export async function main(args: readonly string[]): Promise<void> {
  // `tarmac ... | head` closes the pipe before everything is written.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  await runCommand(args);
}

if (import.meta.main) await main(process.argv.slice(2));
