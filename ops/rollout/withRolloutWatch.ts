/** Runs an update while the doctor watches its rollout, and interrupts it once waiting for the rollout is pointless. */
import { PulumiFailed } from "../pulumi/pulumiCli.ts";
import { type Obstacle, whyHopeless } from "./outlook.ts";

/** A watch: returns the obstacle that waiting cannot remove, or nothing if `signal` ends it. */
export type Watch = (signal: AbortSignal) => Promise<Obstacle | undefined>;

/**
 * @param work the update. When its signal aborts, it must interrupt Pulumi once (SIGINT), so that Pulumi finishes
 * writing its state and releases its lock; like every failed update, it then rejects
 * @throws PulumiFailed naming the cause if the update was interrupted for it; else what `work` throws
 */
export async function withRolloutWatch(
  watch: Watch,
  say: (line: string) => void,
  work: (interrupted: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const interruption = new AbortController();
  let reason: string | undefined;
  const watching = async (): Promise<void> => {
    const obstacle = await watch(over.signal);
    if (obstacle === undefined || over.signal.aborted) return;
    reason = whyHopeless(obstacle);
    say(`doctor: interrupting the update: ${reason}`);
    interruption.abort();
  };
  // A failed watch does not stop the update, which then only takes longer to fail.
  watching().catch((error: unknown) => say(`doctor: stopped watching the rollout: ${String(error)}`));
  try {
    await work(interruption.signal);
  } catch (error) {
    throw reason === undefined ? error : new PulumiFailed(`interrupted: ${reason}`, { cause: error });
  } finally {
    over.abort();
  }
}
