/** An image that the registry was asked for and does not have. What the doctor saw there itself outranks what the node heard earlier. */
import type { ImageSource } from "../registry/imageSource.ts";
import type { PodFacts } from "./podFacts.ts";
import { pullFailureOf, type PullFailure } from "./pullFailure.ts";

export interface MissingManifest extends PullFailure {
  reference: ImageSource;
}

export function missingManifest(pod: PodFacts): MissingManifest | undefined {
  const failure = pullFailureOf(pod);
  if (failure?.reference === undefined || failure.look?.answer === "found") return undefined;
  const heard = failure.answer === "not-found";
  const seen =
    failure.look?.answer === "no-manifest" && ["not-found", "unauthorized", "other"].includes(failure.answer);
  return heard || seen ? { ...failure, reference: failure.reference } : undefined;
}

export const askedWords = ({ look }: MissingManifest): string[] =>
  look === undefined || look.answer === "refused"
    ? ["the registry did not let the doctor list its content: either the repository or the tag may be missing"]
    : [`the registry's answer to ${look.as}: ${look.problem ?? look.answer}`];
