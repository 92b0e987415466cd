import { tagEvidence } from "../facts/imageNames.ts";
import { pullFailureOf } from "../facts/pullFailure.ts";
import { changeContainer, changedBy, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const imageNeverPulled = podCause({
  code: "image-never-pulled",
  stage: "pull",
  recovery: "impossible",
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure?.answer === "never" ? failure : undefined;
  },
  claim: (pod, { image, container, evidence, look, reference }) => {
    const changed = changedBy(pod);
    const missing = look !== undefined && ["no-manifest", "no-repository"].includes(look.answer);
    const [tag] = look?.nearestTags ?? [];
    return {
      title: `imagePullPolicy is Never, and node "${pod.pod.spec?.nodeName}" does not have the image "${image}"`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(missing
          ? [
              `the registry does not have it either: ${look.problem ?? look.answer}`,
              ...tagEvidence(look.nearestTags, reference?.repository ?? ""),
            ]
          : []),
      ],
      mend: [
        ...(missing && tag !== undefined && reference !== undefined
          ? setImage(
              changed,
              container.name,
              "The registry has no such image, so use one that it has:",
              `${reference.host}/${reference.repository}:${tag}`,
            )
          : []),
        ...changeContainer(changed, container.name, "Let the node pull it:", { imagePullPolicy: "IfNotPresent" }),
        { say: "Or put the image on every node before the pod starts, and keep the policy." },
      ],
    };
  },
});
