import type { PodDisruptionBudget } from "../../cluster/kubernetesObjects.ts";
import type { Scene } from "../facts/scene.ts";
import { selects } from "../facts/serviceFacts.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { restoreObject } from "../fixes/restoreObject.ts";
import { sceneCause } from "./cause.ts";

interface Proof {
  budget: PodDisruptionBudget;
  pods: string[];
  nodes: string[];
}

/** A budget that allows no eviction although all its pods are healthy, on a node that is being drained. */
export const disruptionBudgetBlocksDrain = sceneCause({
  code: "disruption-budget-blocks-drain",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation, pods }: Scene): Proof[] => {
    const draining = (observation.nodes ?? []).filter(({ spec }) => spec?.unschedulable === true);
    return (observation.reach?.budgets ?? []).flatMap((budget) => {
      const { status, spec } = budget;
      const healthy = (status?.currentHealthy ?? 0) >= (status?.expectedPods ?? 0) && (status?.expectedPods ?? 0) > 0;
      if (!healthy || (status?.disruptionsAllowed ?? 1) > 0) return [];
      const held = pods.filter(
        ({ facts, health }) =>
          health === "well" &&
          selects(spec?.selector?.matchLabels ?? {}, facts.pod.metadata?.labels) &&
          draining.some(({ metadata }) => metadata?.name === facts.pod.spec?.nodeName),
      );
      if (held.length === 0) return [];
      return [
        {
          budget,
          pods: held.map(({ facts }) => facts.podName),
          nodes: [...new Set(held.map(({ facts }) => facts.pod.spec?.nodeName ?? ""))],
        },
      ];
    });
  },
  claim: ({ observation: { target } }, { budget: { metadata, spec, status }, pods, nodes }) => {
    const name = metadata?.name ?? "";
    const wants =
      spec?.maxUnavailable === undefined
        ? `minAvailable ${spec?.minAvailable}`
        : `maxUnavailable ${spec.maxUnavailable}`;
    const expected = status?.expectedPods ?? 0;
    const patch = { spec: { minAvailable: null, maxUnavailable: 1 } };
    return {
      title: `The PodDisruptionBudget "${name}" (${wants} of ${expected} pods) allows no eviction, so the node ${nodes.map((node) => `"${node}"`).join(", ")} cannot be drained`,
      affected: [`poddisruptionbudget/${name}`],
      evidence: [
        `disruptionsAllowed 0, while all ${expected} pods are healthy`,
        `on a node that takes no new pods: ${pods.map((pod) => `pod/${pod}`).join(", ")}`,
      ],
      mend:
        target.stack === undefined
          ? [
              mergePatch(
                "Allow one pod at a time to be moved:",
                `poddisruptionbudget/${name}`,
                target.namespace,
                patch,
              ),
              ...(expected === 1 ? [{ say: "Run at least two pods, so that one serves while the other moves." }] : []),
            ]
          : [restoreObject(target.stack, "the budget, which allows one pod to be moved")],
    };
  },
});
