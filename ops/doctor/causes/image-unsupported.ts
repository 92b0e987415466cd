import { pullFailureOf } from "../facts/pullFailure.ts";
import { changedBy, rebuild, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const imageUnsupported = podCause({
  code: "image-unsupported",
  stage: "pull",
  recovery: 2,
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure !== undefined && ["unsupported", "corrupt"].includes(failure.answer) ? failure : undefined;
  },
  claim: (pod, { answer, image, container, evidence }) => ({
    title:
      answer === "corrupt"
        ? `The registry delivers "${image}" incompletely or changed: its content does not match its digest`
        : `The registry has "${image}", but it is nothing that the node's runtime can run as an image`,
    container: container.name,
    evidence,
    mend: [
      run(
        "Show what the reference is (a Helm chart, an attestation, an image of the old schema 1):",
        `docker manifest inspect ${image}`,
      ),
      rebuild(changedBy(pod), "Build the image again with a current Docker or BuildKit, and push it under a new tag."),
    ],
  }),
});
