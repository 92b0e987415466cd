/** Why a command could not do its work: what is wrong and how to fix it. The message is printed without a stack; exit code 2. */
export class CouldNotRun extends Error {
  override readonly name: string = "CouldNotRun";
}

/** A command line that cannot be used; the message has one line per problem. */
export class UsageError extends CouldNotRun {
  override readonly name = "UsageError";
}
