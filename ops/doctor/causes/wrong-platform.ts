import { execFormatError } from "../facts/unexecutableProgram.ts";
import { foreignPlatforms, nodePlatform } from "../facts/nodePlatform.ts";
import { pullFailureOf } from "../facts/pullFailure.ts";
import { changedBy, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const wrongPlatform = podCause({
  code: "wrong-platform",
  stage: "pull",
  recovery: "impossible",
  over: ["exec-format"],
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    if (failure?.answer === "platform")
      return {
        container: failure.container,
        image: failure.image,
        evidence: failure.evidence,
        built: failure.look?.platforms ?? [],
      };
    const refused = execFormatError(pod);
    const image = refused?.container.spec.image ?? "";
    const built = foreignPlatforms(pod, image);
    return refused === undefined || built === undefined ? undefined : { ...refused, image, built };
  },
  claim: (pod, { container, image, evidence, built }) => {
    const node = nodePlatform(pod);
    return {
      title:
        built.length === 0
          ? `The image is not built for the node's platform${node === undefined ? "" : `, ${node}`}`
          : `The image is built for ${built.join(", ")}, but the node is ${node}`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(built.length === 0 ? [] : [`platforms of "${image}": ${built.join(", ")}`]),
        ...(node === undefined ? [] : [`node "${pod.pod.spec?.nodeName}" is ${node}`]),
      ],
      mend: [
        rebuild(changedBy(pod), `Build the image for the nodes: docker build --platform ${node ?? "linux/amd64"}.`),
        {
          say: "Or build it for several platforms at once: docker buildx build --platform linux/amd64,linux/arm64 --push .",
        },
      ],
    };
  },
});
