import { nodeStates, placementOf } from "../facts/placement.ts";
import { candidates } from "../facts/suitability.ts";
import { run } from "../fixes/changeOwner.ts";
import { addNodes } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const nodesCordoned = podCause({
  code: "nodes-cordoned",
  stage: "cluster",
  recovery: "possible",
  proof: (pod) => {
    const placement = placementOf(pod);
    const all = pod.observation.nodes;
    if (placement === undefined || all === undefined) return undefined;
    const suited = candidates(pod.pod, all);
    const cordoned = suited.filter(({ obstacle }) => obstacle?.kind === "cordoned");
    const only = suited.every(({ obstacle }) => ["cordoned", "not-ready"].includes(obstacle?.kind ?? ""));
    return cordoned.length > 0 && only ? { ...placement, all, suited, cordoned } : undefined;
  },
  claim: (pod, { evidence, all, suited, cordoned }) => ({
    title: `Every ${suited.length === all.length ? "node" : "node with the labels the pod requires"} is cordoned and accepts no new pods`,
    evidence: [...evidence, ...nodeStates(all)],
    mend: [
      run(
        "When the maintenance is done:",
        `kubectl uncordon ${cordoned.map(({ node }) => node.metadata?.name).join(" ")}`,
      ),
      addNodes(pod, "Or add nodes to the cluster:"),
    ],
  }),
});
