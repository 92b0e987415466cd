import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const schedulerMissing = podCause({
  code: "scheduler-missing",
  stage: "place",
  recovery: "possible",
  proof: ({ pod, events }) => {
    const name = pod.spec?.schedulerName ?? "default-scheduler";
    const tried = pod.status?.conditions?.some(({ type }) => type === "PodScheduled") === true;
    return name !== "default-scheduler" && !tried && pod.spec?.nodeName === undefined && events.length === 0
      ? name
      : undefined;
  },
  claim: (pod, name) => ({
    title: `No scheduler named "${name}" handles the pod`,
    evidence: [`pod/${pod.podName} has schedulerName "${name}", no node, no condition PodScheduled, and no event`],
    mend: [
      ...changePod(changedBy(pod), "Let the cluster's own scheduler place it:", { schedulerName: "default-scheduler" }),
      run("If that scheduler is meant to run, find it:", "kubectl get pods --all-namespaces --output wide"),
    ],
  }),
});
