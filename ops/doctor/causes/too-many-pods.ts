import { addNodes } from "../fixes/lookFurther.ts";
import { placementBy } from "../facts/placement.ts";
import { podCause } from "./cause.ts";

export const tooManyPods = podCause({
  code: "too-many-pods",
  stage: "place",
  recovery: "possible",
  proof: (pod) => placementBy(pod, "too-many-pods"),
  claim: (pod, { evidence }) => ({
    title: "The nodes run as many pods as they allow",
    evidence: [
      ...evidence,
      ...(pod.observation.nodes ?? [])
        .slice(0, 5)
        .map(({ metadata, status }) => `${metadata?.name} allows ${status?.allocatable?.pods ?? "?"} pods`),
    ],
    mend: [addNodes(pod, "Add nodes:")],
  }),
});
