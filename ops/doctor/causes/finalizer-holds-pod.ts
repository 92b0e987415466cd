import { quoted, run } from "../fixes/changeOwner.ts";
import { findFinalizerOwner } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const finalizerHoldsPod = podCause({
  code: "finalizer-holds-pod",
  stage: "run",
  recovery: "possible",
  proof: ({ pod, containers }) => {
    const finalizers = pod.metadata?.finalizers ?? [];
    const ended = containers.every(({ runningSince }) => runningSince === undefined);
    return pod.metadata?.deletionTimestamp !== undefined && ended && finalizers.length > 0 ? finalizers : undefined;
  },
  // A process that had to be killed is the cause to fix; the finalizer only keeps its pod from being removed.
  contradiction: ({ containers }) =>
    containers.some(({ end }) => end?.exitCode === 137) ? "the process was killed" : undefined,
  claim: (pod, finalizers) => ({
    title: `The pod has ended and is held by the finalizer ${finalizers.map((name) => `"${name}"`).join(", ")}`,
    evidence: [
      `pod/${pod.podName} is being deleted since ${pod.pod.metadata?.deletionTimestamp}, and no container runs`,
      `metadata.finalizers: ${finalizers.join(", ")}`,
    ],
    mend: [
      findFinalizerOwner(finalizers),
      run(
        "Only if that controller is gone for good, remove it by hand:",
        `kubectl patch pod ${pod.podName} --namespace ${pod.namespace} --type merge --patch ${quoted('{"metadata":{"finalizers":null}}')}`,
      ),
    ],
  }),
});
