import { diagnose } from "./diagnose.ts";
import type { Observation } from "./observation.ts";

/**
 * Observes again while nothing is wrong and something is only starting.
 * @param observe takes one observation
 * @param seconds after which the observation counts as it is
 * @param pause waits between two observations
 * @returns the last observation
 */
export async function lastWhileStarting(
  observe: () => Promise<Observation>,
  seconds: number,
  pause: () => Promise<unknown>,
): Promise<Observation> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const observation = await observe();
    if (diagnose(observation).verdict !== "starting" || Date.now() >= end) return observation;
    await pause();
  }
}
