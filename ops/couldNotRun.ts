/**
 * A command could not do its work. The message says what is wrong and how to fix it, and is printed without a stack
 * trace; exit code 2.
 */
export class CouldNotRun extends Error {
  override readonly name: string = "CouldNotRun";
}

/** An invalid command line; the message has one line per problem. */
export class UsageError extends CouldNotRun {
  override readonly name = "UsageError";
}
