import { quoteEvent } from "../facts/eventFacts.ts";
import { changedBy, run, runAgain } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/**
 * Reasons that the kubelet sets on a pod it refuses to start or ends. Sources: kubernetes/pkg/kubelet/lifecycle/predicate.go,
 * pkg/kubelet/eviction/helpers.go.
 */
const reasons =
  /^(?:OutOf\w+|NodeAffinity|NodePorts|NodeName|TaintToleration|UnexpectedAdmissionError|AppArmor|PodOSSelectorNodeLabelDoesNotMatch|PodOSNotSupported|Preempting|InvalidNodeInfo|PodFeatureUnsupported|TopologyAffinityError|UnsupportedPodLevelResources|NodeShutdown|Terminated|Shutdown|NodeLost|DeadlineExceeded|Evicted|HostNetworkNotSupported|Unknown)$/;

export const rejectedByNode = podCause({
  code: "rejected-by-node",
  stage: "place",
  recovery: "possible",
  proof: ({ pod }) => {
    const { phase, reason = "", message = "" } = pod.status ?? {};
    return phase === "Failed" && reasons.test(reason) ? { reason, message } : undefined;
  },
  claim: (pod, { reason, message }) => {
    const late = reason === "DeadlineExceeded";
    const { activeDeadlineSeconds } = pod.pod.spec ?? {};
    return {
      title: late
        ? `The pod ran longer than its activeDeadlineSeconds${activeDeadlineSeconds === undefined ? "" : ` of ${activeDeadlineSeconds} s`} and was ended`
        : reason === "Evicted"
          ? `Node "${pod.pod.spec?.nodeName}" evicted the pod: ${message.trim().slice(0, 200)}`
          : `Node "${pod.pod.spec?.nodeName}" refuses to run the pod (${reason}): ${message.slice(0, 200)}`,
      evidence: [`pod/${pod.podName} is Failed: ${reason}: ${message}`, ...pod.events.slice(0, 2).map(quoteEvent)],
      mend: [
        ...(pod.owner.template?.spec?.nodeName !== undefined &&
        /^(?:OutOf|NodeAffinity|NodePorts|TaintToleration)/.test(reason)
          ? [
              {
                say: "A pod that names its node (nodeName) is not checked by the scheduler: remove nodeName, so that a node is chosen that suits it.",
              },
            ]
          : []),
        ...(["Pod", "Job"].includes(pod.owner.kind)
          ? runAgain(changedBy(pod), "A failed pod does not start again. Create it again:")
          : [
              run(
                `${pod.owner.ref} creates other pods in its place. Delete this one, which stays for inspection:`,
                `kubectl delete pod ${pod.podName} --namespace ${pod.namespace}`,
              ),
            ]),
      ],
    };
  },
});
