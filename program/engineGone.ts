/**
 * Ends a program whose engine was killed. Otherwise the SDK reports the lost engine on a stream without a reader, fails
 * with EPIPE, and reports that failure in turn: an endless loop that takes a full core and gigabytes of memory.
 *
 * Import this file for its side effect, before anything that writes output.
 */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit(1);
  });
}
