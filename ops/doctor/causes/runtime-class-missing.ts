import { nearest } from "../nearest.ts";
import { parseRefusalOfPod } from "../facts/admissionRefusal.ts";
import { parseSandboxFailure } from "../facts/sandboxFailure.ts";
import { quoteEvent } from "../facts/eventFacts.ts";
import { changedBy, changePod } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const runtimeClassMissing = podCause({
  code: "runtime-class-missing",
  stage: "config",
  recovery: "possible",
  over: ["sandbox-not-created"],
  proof: ({ events, pod }) => {
    const sandbox = events.map(parseSandboxFailure).find((one) => one?.kind === "runtime-class");
    const missing = events.find(({ message = "" }) => parseRefusalOfPod(message).rule === "runtime-class");
    const event = sandbox?.event ?? missing;
    return event === undefined ? undefined : { event, name: pod.spec?.runtimeClassName ?? sandbox?.name ?? "" };
  },
  claim: (pod, { event, name }) => {
    const [meant] = nearest(name, pod.observation.rules?.runtimeClasses ?? [], 1);
    return {
      title: `The node has no container runtime for the RuntimeClass "${name}"`,
      evidence: [
        quoteEvent(event),
        ...(meant === undefined
          ? []
          : [`existing RuntimeClasses: ${pod.observation.rules?.runtimeClasses?.join(", ")}`]),
      ],
      mend: [
        ...changePod(changedBy(pod), "Run the pod with the nodes' ordinary runtime:", { runtimeClassName: null }),
        {
          say: "Or place it on nodes that have the runtime (AKS: a node pool with --workload-runtime KataVmIsolation).",
        },
      ],
    };
  },
});
