import { whyInvalid } from "../facts/imageNames.ts";
import { pullFailureOf } from "../facts/pullFailure.ts";
import { changedBy, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const imageNameInvalid = podCause({
  code: "image-name-invalid",
  stage: "pull",
  recovery: "impossible",
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure !== undefined && (failure.answer === "invalid-name" || failure.reference === undefined)
      ? failure
      : undefined;
  },
  claim: (pod, { image, container, evidence }) => {
    const { why, meant } = whyInvalid(image);
    return {
      title: `"${image}" is not a valid image name: ${why}`,
      container: container.name,
      evidence,
      mend: setImage(
        changedBy(pod),
        container.name,
        meant === undefined
          ? "Set the whole name, HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:DIGEST."
          : "Correct the name.",
        meant ?? "IMAGE",
      ),
    };
  },
});
