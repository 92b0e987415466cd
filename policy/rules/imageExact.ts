import { isImageDigest, splitImageReference } from "@tarmac/validate/imageReference";
import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { step, type Known } from "../propertyValues.ts";

export const imageExact: PodRule = {
  on: "pods",
  id: "image-exact",
  title: "Images are pinned by an exact tag and a digest",
  reason:
    "a tag can be moved: nodes then run different programs under one name, and a rollback changes nothing. The digest decides what runs, the tag is for people",
  fix: 'use HOST/PATH:TAG@sha256:DIGEST, with a version as the tag and not "latest"; the output of a build has both',
  reference: "https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version",
  severity: "high",
  level: "mandatory",
  check: (pod) =>
    eachContainer(pod, ({ spot, called }) =>
      judge(
        step(spot, "image"),
        (image) => problemOf(image) === undefined,
        (image) => `${called} ${problemOf(image)}`,
      ),
    ),
};

function problemOf(image: Known): string | undefined {
  if (typeof image !== "string" || image === "") return "names no image";
  const { tag, digest } = splitImageReference(image);
  const problems = [
    ...(tag === undefined ? ["has no tag"] : tag === "latest" ? ['has the tag "latest"'] : []),
    ...(digest === undefined ? ["has no digest"] : isImageDigest(digest) ? [] : ["has an invalid digest"]),
  ];
  return problems.length === 0 ? undefined : `runs the image "${image}", which ${problems.join(" and ")}`;
}
