import { tagEvidence } from "../facts/imageNames.ts";
import { askedWords, missingManifest, onlyManifest } from "../facts/missingManifest.ts";
import { changedBy, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const tagNotFound = podCause({
  code: "tag-not-found",
  stage: "pull",
  recovery: 2,
  proof: (pod) => {
    const missing = missingManifest(pod);
    return missing?.reference.digest === undefined ? missing : undefined;
  },
  claim: (pod, missing) => {
    const { image, reference, container, look } = missing;
    const { repository, tag = "latest" } = reference;
    const where =
      container.role === "main"
        ? ""
        : ` (image of the ${container.role === "init" ? "init container" : "sidecar"} "${container.name}")`;
    return {
      title: onlyManifest(missing)
        ? `The repository "${repository}" has no tag "${tag}"${where}`
        : `The registry ${reference.host} has no image "${repository}:${tag}"${where}: the tag, or the whole repository, does not exist`,
      container: container.name,
      evidence: [...missing.evidence, ...askedWords(missing), ...tagEvidence(look?.nearestTags, repository)],
      mend: setImage(
        changedBy(pod),
        container.name,
        "Use an existing tag, or push this one.",
        `${reference.tag === undefined ? `${image}:` : image.slice(0, image.length - tag.length)}${look?.nearestTags?.[0] ?? "TAG"}`,
      ),
    };
  },
});
