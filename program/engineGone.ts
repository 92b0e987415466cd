/**
 * Ends a program whose engine was killed. The SDK reports that it has lost the engine, on streams that nobody reads any more, fails
 * at that, and reports it: for ever, with all of a core and gigabytes of memory, beside whatever runs on the machine.
 *
 * Imported for this effect, before anything else is said.
 */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit(1);
  });
}
