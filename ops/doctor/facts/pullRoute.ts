/** What the doctor's own look says about the way to a registry: from here it may be open where it is closed for the nodes. */
import type { PullFailure } from "./pullFailure.ts";

export function fromHere({ look }: PullFailure): string[] {
  if (look === undefined) return [];
  const reached = !["name-unresolved", "unreachable", "tls"].includes(look.answer);
  return [
    reached
      ? "the registry answers the doctor, so only the nodes cannot reach it"
      : `the registry does not answer the doctor either: ${look.problem ?? look.answer}`,
  ];
}
