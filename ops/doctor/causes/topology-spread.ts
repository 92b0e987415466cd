import { placementBy } from "../facts/placement.ts";
import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { addNodes } from "../fixes/lookFurther.ts";
import { isRollout, replaceInsteadOfSurge } from "../fixes/makeRoom.ts";
import { podCause } from "./cause.ts";

export const topologySpread = podCause({
  code: "topology-spread",
  stage: "place",
  recovery: "possible",
  proof: (pod) => placementBy(pod, "spread") ?? placementBy(pod, "spread-label"),
  claim: (pod, { evidence, main }) => {
    const constraints = (pod.pod.spec?.topologySpreadConstraints ?? []).filter(
      ({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule",
    );
    const keys = constraints.map(({ topologyKey }) => topologyKey);
    const nodes = pod.observation.nodes ?? [];
    const missing = keys.filter(
      (key) => nodes.length > 0 && nodes.every(({ metadata }) => metadata?.labels?.[key] === undefined),
    );
    const label = main.kind === "spread-label" || missing.length > 0;
    // Merged by topologyKey, so the rest of each constraint stays.
    const soft = constraints.map(({ topologyKey }) => ({ topologyKey, whenUnsatisfiable: "ScheduleAnyway" }));
    return {
      title: label
        ? `The pod must be spread over ${(missing.length > 0 ? missing : keys).join(", ")}, and the nodes do not have that label`
        : `Any node would spread the pods over ${keys.join(", ")} less evenly than maxSkew allows`,
      evidence: [...evidence, `the pod requires: ${JSON.stringify(constraints).slice(0, 400)}`],
      mend: [
        ...changePod(changedBy(pod), "Spread as well as possible instead of refusing to start:", {
          topologySpreadConstraints: soft,
        }),
        ...(isRollout(pod) && !label
          ? replaceInsteadOfSurge(changedBy(pod), "Or let the rollout stop an old pod before it starts a new one:")
          : []),
        label
          ? run("Show the labels of the nodes:", "kubectl get nodes --show-labels")
          : addNodes(pod, "Or add nodes where there are too few:"),
      ],
    };
  },
});
