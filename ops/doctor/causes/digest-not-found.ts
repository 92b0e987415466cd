import { tagEvidence } from "../facts/imageNames.ts";
import { askedWords, missingManifest } from "../facts/missingManifest.ts";
import { changedBy, rebuild, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const digestNotFound = podCause({
  code: "digest-not-found",
  stage: "pull",
  recovery: 2,
  proof: (pod) => {
    const missing = missingManifest(pod);
    return missing?.reference.digest === undefined ? undefined : missing;
  },
  claim: (pod, missing) => {
    const { reference, container, look } = missing;
    const changed = changedBy(pod);
    const [tag] = look?.nearestTags ?? [];
    return {
      title: `The repository "${reference.repository}" of ${reference.host} does not have this digest`,
      container: container.name,
      evidence: [...missing.evidence, ...askedWords(missing), ...tagEvidence(look?.nearestTags, reference.repository)],
      mend: [
        rebuild(changed, "The manifest was deleted or never pushed. Push it again."),
        ...(tag === undefined || changed.stack !== undefined
          ? []
          : setImage(
              changed,
              container.name,
              "Or run what the repository has:",
              `${reference.host}/${reference.repository}:${tag}`,
            )),
        { say: "Check for a retention policy or purge task that deletes images still in use." },
      ],
    };
  },
});
