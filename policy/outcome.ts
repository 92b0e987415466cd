/** What a check finds: a value that is wrong, or one that only the update will know. */
import { notKnown, type Known, type Spot } from "./propertyValues.ts";

/** What a check found: something wrong, or something that only the update will know. */
export type Outcome = Wrong | Undecided;

export interface Wrong {
  /** Where, e.g. "spec.template.spec.containers[0].image". */
  path: string;
  /** What is wrong there, e.g. `container "app" runs the image "app:latest", which has no digest`. */
  problem: string;
}

export interface Undecided {
  path: string;
  undecided: true;
}

export const isWrong = (outcome: Outcome): outcome is Wrong => "problem" in outcome;

/** Judges one value: nothing to say when it is right, undecided as long as it is not known. */
export function judge(
  { path, value }: Spot,
  isRight: (value: Known) => boolean,
  problem: (value: Known) => string,
): Outcome[] {
  if (value === notKnown) return [{ path, undecided: true }];
  return isRight(value) ? [] : [{ path, problem: problem(value) }];
}
