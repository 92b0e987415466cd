import { placementOf } from "../facts/placement.ts";
import { candidates } from "../facts/suitability.ts";
import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const taintNotTolerated = podCause({
  code: "taint-not-tolerated",
  stage: "place",
  recovery: "possible",
  proof: (pod) => {
    const placement = placementOf(pod);
    if (placement === undefined) return undefined;
    // Nodes without the pod's required labels do not count, whatever else the scheduler says about them.
    const suited = candidates(pod.pod, pod.observation.nodes ?? []).map(({ obstacle }) => obstacle);
    const taint = suited.find((obstacle) => obstacle?.kind === "taint");
    if (taint?.kind === "taint" && suited.every((obstacle) => obstacle !== undefined))
      return { ...placement, key: taint.key, value: taint.value };
    if (placement.main?.kind !== "taint") return undefined;
    // Without the nodes, only the scheduler's message is available. Taints of the node controller are a node problem.
    const { name, value = "" } = placement.main;
    return name === undefined || name.startsWith("node.kubernetes.io/") || suited.length > 0
      ? undefined
      : { ...placement, key: name, value };
  },
  claim: (pod, { evidence, key, value }) => {
    const nodes = (pod.observation.nodes ?? []).filter(({ spec }) => spec?.taints?.some((taint) => taint.key === key));
    const words = nodes.flatMap(({ metadata, spec }) =>
      (spec?.taints ?? []).map((taint) => `${metadata?.name} ${taint.key}=${taint.value ?? ""}:${taint.effect}`),
    );
    const effect = nodes[0]?.spec?.taints?.find((taint) => taint.key === key)?.effect ?? "NoSchedule";
    // A patch replaces the list of tolerations, so repeat those of the template.
    const have = pod.owner.template?.spec?.tolerations ?? [];
    const toleration = { key, operator: "Equal", value, effect };
    const ofAks = nodes.some(({ metadata }) => metadata?.labels?.["kubernetes.azure.com/cluster"] !== undefined);
    return {
      title: `The nodes have the taint "${key}${value === "" ? "" : `=${value}`}", which the pod does not tolerate`,
      evidence: [...evidence, ...(words.length === 0 ? [] : [`taints: ${words.slice(0, 5).join(", ")}`])],
      mend: [
        ...changePod(
          changedBy(pod),
          "If the pod belongs on these nodes, tolerate the taint. Otherwise add a node pool without it (tarmac: userPools).",
          {
            tolerations: [...have, toleration],
          },
        ),
        ofAks
          ? {
              say: "If the taint is obsolete, remove it from the node pool (--node-taints): AKS refuses to change the taints of its nodes.",
            }
          : run(
              "If the taint is obsolete, remove it:",
              `kubectl taint nodes ${nodes.map(({ metadata }) => metadata?.name).join(" ") || "NODE"} ${key}:${effect}-`,
            ),
      ],
    };
  },
});
