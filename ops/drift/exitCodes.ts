/** Exit codes of `drift`. */
import type { State } from "./driftText.ts";

/** The code of a comparison. */
export const lookCode = (states: readonly State[]): number =>
  states.includes("drift") ? 1 : states.includes("unseen") ? 2 : 0;

/**
 * The code of a `--put-back` that cannot put anything back. A stack that sleeps at the time of the schedule is no
 * failure; a person who asked for it has to wake it first.
 * @param auto by the schedule
 * @returns `undefined` if the differences are known
 */
export function codeWithoutPutBack(state: State, auto: boolean): number | undefined {
  if (state === "asleep") return auto ? 0 : 1;
  return state === "unseen" ? 2 : undefined;
}
