/**
 * What the doctor's own request says about the network path to a registry: it may be open here and closed for the
 * nodes.
 */
import type { ImageLook } from "../registry/imageLook.ts";
import type { PullFailure } from "./pullFailure.ts";

/** Undefined if the doctor reached the registry but does not trust its certificate: the nodes may trust it. */
const answered = ({ answer }: ImageLook): boolean | undefined =>
  answer === "tls" ? undefined : !["name-unresolved", "unreachable"].includes(answer);

export function fromHere({ look }: PullFailure): string[] {
  if (look === undefined) return [];
  return [
    answered(look) === undefined
      ? `the doctor cannot tell: it does not trust the registry's certificate, which says nothing about the nodes (${look.problem ?? look.answer}; the variable NODE_EXTRA_CA_CERTS names further authorities)`
      : answered(look)
        ? "the registry answers the doctor, so only the nodes cannot reach it"
        : `the registry does not answer the doctor either: ${look.problem ?? look.answer}`,
  ];
}
