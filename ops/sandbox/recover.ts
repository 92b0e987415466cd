/** What an update that was killed leaves in the backend, and how it is put right. */
import { PulumiFailed } from "../pulumi/cli.ts";
import type { Context } from "./context.ts";
import { describeLock, isStale, locksIn } from "./lock.ts";

/**
 * Does something that needs the stack's lock; one that nobody holds any more is taken away.
 * @throws Error when somebody may still be at it
 */
export async function withLock<T>({ cli, now, say }: Context, stack: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof PulumiFailed)) throw error;
    const locks = locksIn(error.message);
    if (locks.length === 0) throw error;
    const held = locks.find((lock) => !isStale(lock, now()));
    if (held !== undefined) {
      throw new Error(
        `${stack} is being updated: ${describeLock(held)}. Wait for it; if that process is gone: pulumi cancel --stack ${stack}`,
        { cause: error },
      );
    }
    for (const lock of locks) say(`removing the lock of an update that was killed (${describeLock(lock)})`);
    await cli.run(["cancel", "--yes", "--stack", stack]);
    return act();
  }
}
