/** Asks registries for the digests that the tags of pinned bases have now. */
import { splitImageReference } from "@tarmac/validate/imageReference";
import { imageSource } from "../../doctor/registry/imageSource.ts";
import { type TagDigest, tagDigest } from "./registryTags.ts";

/**
 * @param bases only those with a tag and a digest are asked about
 * @returns the digest of the tag now, by base; a base is missing if its registry does not answer or asks for a sign-in
 */
export async function currentDigests(
  bases: readonly string[],
  digestOf: TagDigest = tagDigest,
): Promise<Record<string, string>> {
  const found = await Promise.all(
    bases.map(async (base) => {
      const source = imageSource(base);
      if (source?.tag === undefined || source.digest === undefined) return [];
      const digest = await digestOf(source.host, source.repository, source.tag).catch(() => undefined);
      return digest === undefined ? [] : [[base, digest] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** The base of an image that its labels describe, pinned; `undefined` if they do not. */
export function labeledBase(labels: Readonly<Record<string, string>>): string | undefined {
  const name = labels["org.opencontainers.image.base.name"] ?? "";
  const digest = labels["org.opencontainers.image.base.digest"] ?? "";
  if (name === "") return undefined;
  if (splitImageReference(name).digest !== undefined) return name;
  return digest === "" ? undefined : `${name}@${digest}`;
}
