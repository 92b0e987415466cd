import { nodeStates, placementOf } from "../facts/placement.ts";
import { addNodes } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const noNodes = podCause({
  code: "no-nodes",
  stage: "cluster",
  recovery: "possible",
  proof: (pod) => {
    const placement = placementOf(pod);
    return placement !== undefined && (pod.observation.nodes?.length === 0 || placement.verdict.nodes === 0)
      ? placement
      : undefined;
  },
  claim: (pod, { evidence }) => ({
    title: "The cluster has no nodes",
    evidence: [...evidence, ...nodeStates(pod.observation.nodes)],
    mend: [addNodes(pod, "Add nodes to the cluster:")],
  }),
});
