import { placementBy } from "../facts/placement.ts";
import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const podAffinity = podCause({
  code: "pod-affinity",
  stage: "place",
  recovery: "possible",
  proof: (pod) => placementBy(pod, "pod-affinity"),
  claim: (pod, { evidence }) => {
    const required = pod.pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const labels = required.flatMap(({ labelSelector }) =>
      Object.entries(labelSelector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    );
    return {
      title: `The pod must run next to a pod with the labels ${labels.join(",") || "of its affinity"}, and no node has one`,
      evidence: [...evidence, `the pod requires: ${JSON.stringify(required).slice(0, 300)}`],
      mend: [
        run(
          "Show whether such pods exist, and their labels:",
          `kubectl get pods --namespace ${pod.namespace} --show-labels`,
        ),
        ...changePod(changedBy(pod), "Prefer their nodes instead of requiring them:", {
          affinity: {
            podAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: null,
              preferredDuringSchedulingIgnoredDuringExecution: required.map((podAffinityTerm) => ({
                weight: 100,
                podAffinityTerm,
              })),
            },
          },
        }),
      ],
    };
  },
});
