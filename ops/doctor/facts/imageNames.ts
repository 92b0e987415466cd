/** Problems in an image name, and the registry that was probably intended. */
import { splitImageReference } from "@tarmac/validate/imageReference";
import type { PodFacts } from "./podFacts.ts";

/** Why a name is invalid, as a sentence, and the valid name if it is obvious. */
export function whyInvalid(image: string): { why: string; meant?: string } {
  if (image.trim() === "") return { why: "it is empty" };
  if (/^https?:\/\//.test(image))
    return { why: "it starts with a scheme, which is not part of a name", meant: image.replace(/^https?:\/\//, "") };
  if (/\s/.test(image)) return { why: "it has a space in it", meant: image.replaceAll(/\s+/g, "") };
  const { host, path: repository, tag, digest } = splitImageReference(image);
  if (digest !== undefined) {
    const hex = /^sha256:([0-9a-fA-F]*)$/.exec(digest)?.[1];
    if (hex === undefined) return { why: `"${digest}" is not a digest of the form sha256:HEX` };
    if (hex.length !== 64)
      return {
        why: `a sha256 digest has 64 hexadecimal digits, and this one has ${hex.length}; copy the whole digest`,
      };
  }
  const path = host === undefined ? repository : `${host}/${repository}`;
  if (tag === "") return { why: "the tag after the colon is empty", meant: path };
  if (tag !== undefined && tag.length > 128)
    return { why: `the tag has ${tag.length} characters, and 128 are allowed` };
  if (tag !== undefined && !/^\w[\w.-]*$/.test(tag))
    return { why: `the tag "${tag}" may have only letters, digits, "_", "." and "-"` };
  if (path !== path.toLowerCase())
    return {
      why: "the repository has capital letters, and only a tag may have them",
      meant: `${path.toLowerCase()}${image.slice(path.length)}`,
    };
  if (/\$[({]|[{}<>]/.test(path)) return { why: "a placeholder in it was not replaced" };
  if (path.includes("//"))
    return { why: "it has an empty part between two slashes", meant: image.replace(/\/{2,}/g, "/") };
  return { why: "it is not of the form HOST/REPOSITORY:TAG" };
}

/** The registry that other pods in the namespace pull from. */
export function likelyHost({ observation }: PodFacts): string {
  for (const pod of observation.pods) {
    for (const { image = "" } of pod.spec?.containers ?? []) {
      const { host = "" } = splitImageReference(image);
      if (/[.:]/.test(host)) return host;
    }
  }
  return "HOST";
}

export const tagEvidence = (tags: readonly string[] | undefined, repository: string): string[] =>
  tags === undefined || tags.length === 0
    ? []
    : [`existing tags of "${repository}" that are similar: ${tags.join(", ")}`];
