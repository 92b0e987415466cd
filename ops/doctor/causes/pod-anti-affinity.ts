import { placementOf, siblings } from "../facts/placement.ts";
import { changedBy, changePod } from "../fixes/changeOwner.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { addNodes } from "../fixes/lookFurther.ts";
import { isRollout, replaceInsteadOfSurge } from "../fixes/makeRoom.ts";
import { podCause } from "./cause.ts";

export const podAntiAffinity = podCause({
  code: "pod-anti-affinity",
  stage: "place",
  recovery: "possible",
  proof: (pod) => {
    const placement = placementOf(pod);
    const kind = placement?.main?.kind;
    return placement !== undefined && (kind === "pod-anti-affinity" || kind === "others-anti-affinity")
      ? { ...placement, own: kind === "pod-anti-affinity" }
      : undefined;
  },
  claim: (pod, { evidence, own }) => {
    const required = pod.pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = required.map((podAffinityTerm) => ({ weight: 100, podAffinityTerm }));
    const beside = siblings(pod);
    const rollout = isRollout(pod);
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: null,
        preferredDuringSchedulingIgnoredDuringExecution: preferred.length > 0 ? preferred : null,
      },
    };
    const prefer = !own
      ? [{ say: "Change the anti-affinity of the existing pods from required to preferred." }]
      : pod.owner.kind === "Deployment" && pod.observation.target.stack === undefined
        ? // The rule of the old pods also blocks the new ones, so the old ones must go first, and
          // before the new ones exist: the scheduler retries a pod that waited only after minutes.
          [
            mergePatch(
              "Prefer other nodes instead of requiring them. The old pods stop before the new ones start, because their rule counts as well:",
              pod.owner.ref,
              pod.namespace,
              { spec: { strategy: { type: "Recreate", rollingUpdate: null }, template: { spec: { affinity } } } },
            ),
          ]
        : changePod(changedBy(pod), "Prefer other nodes instead of requiring them:", { affinity });
    return {
      title: own
        ? `Each node already has a pod that this one may not run next to (required anti-affinity)${rollout && beside.length > 0 ? "; the rollout's extra pod finds no node" : ""}`
        : "On each node runs a pod whose own anti-affinity keeps this one away",
      evidence: [
        ...evidence,
        ...(required.length === 0 ? [] : [`the pod requires: ${JSON.stringify(required).slice(0, 300)}`]),
        ...(beside.length === 0
          ? []
          : [
              `with these labels already run: ${beside
                .slice(0, 5)
                .map((name) => `pod/${name}`)
                .join(", ")}`,
            ]),
      ],
      mend: [
        ...(rollout
          ? replaceInsteadOfSurge(changedBy(pod), "Let the rollout stop the old pod before it starts the new one:")
          : []),
        ...prefer,
        addNodes(pod),
      ],
    };
  },
});
