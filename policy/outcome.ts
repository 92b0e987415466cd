/** The outcome of a check: a wrong value, or a value that is unknown until the update. */
import { notKnown, type Known, type Spot } from "./propertyValues.ts";

/** A wrong value, or a value that is unknown until the update. */
export type Outcome = Wrong | Undecided;

export interface Wrong {
  /** Path of the value, e.g. "spec.template.spec.containers[0].image". */
  path: string;
  /** The problem, e.g. `container "app" runs the image "app:latest", which has no digest`. */
  problem: string;
}

export interface Undecided {
  path: string;
  undecided: true;
}

export const isWrong = (outcome: Outcome): outcome is Wrong => "problem" in outcome;

/** Checks one value: no outcome if it is right, undecided if it is unknown. */
export function judge(
  { path, value }: Spot,
  isRight: (value: Known) => boolean,
  problem: (value: Known) => string,
): Outcome[] {
  if (value === notKnown) return [{ path, undecided: true }];
  return isRight(value) ? [] : [{ path, problem: problem(value) }];
}
