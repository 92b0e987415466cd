/**
 * An image that the registry does not have. The doctor's own request takes precedence over the node's earlier answer.
 */
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

/**
 * Whether the doctor itself saw that only the tag or digest is missing. Nodes get the same 404 for a missing
 * repository.
 */
export const onlyManifest = ({ look }: MissingManifest): boolean => look?.answer === "no-manifest";

export const askedWords = ({ look }: MissingManifest): string[] =>
  look === undefined || look.answer === "refused"
    ? ["the registry did not let the doctor list its content: either the repository or the tag may be missing"]
    : ["name-unresolved", "unreachable", "tls"].includes(look.answer)
      ? [`the registry answered the node, but the doctor could not reach it itself: ${look.problem ?? look.answer}`]
      : [`the registry's answer to ${look.as}: ${look.problem ?? look.answer}`];
