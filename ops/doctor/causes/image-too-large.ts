import { pullFailureOf } from "../facts/pullFailure.ts";
import { changedBy, rebuild, run } from "../fixes/changeOwner.ts";
import { aksOptions } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const imageTooLarge = podCause({
  code: "image-too-large",
  stage: "pull",
  recovery: "possible",
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure?.answer === "disk-full" ? failure : undefined;
  },
  claim: (pod, { container, evidence, look }) => {
    const size = look?.compressedBytes;
    const { group, cluster } = aksOptions(pod);
    return {
      title: `The image does not fit on the disk of node "${pod.pod.spec?.nodeName}"`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(size === undefined
          ? []
          : [`the download is ${Math.round(size / 1e6)} MB and takes two to three times that on disk`]),
      ],
      mend: [
        rebuild(changedBy(pod), "Make the image smaller: multi-stage build, slim base image, no build tools."),
        run(
          "Or add a node pool with larger disks.",
          `az aks nodepool add --resource-group ${group} --cluster-name ${cluster} --name larger --node-osdisk-size 128`,
        ),
      ],
    };
  },
});
