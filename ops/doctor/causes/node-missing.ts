import { nodeIsMissing } from "../facts/podHealth.ts";
import { nameOf, type PodFacts } from "../facts/podFacts.ts";
import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { podCause, type Step } from "./cause.ts";

/** The pod is bound to a node that does not exist: no kubelet starts it, and its pods are deleted repeatedly. */
export const nodeMissing = podCause({
  code: "node-missing",
  stage: "place",
  // A node that the autoscaler removed takes its pods along, and their owner creates others.
  recovery: "possible",
  proof: (facts) => (nodeIsMissing(facts) ? facts.pod.spec?.nodeName : undefined),
  claim: (pod, name) => {
    const { owner } = pod;
    // The spec of a pod without an owner also has the node that the scheduler chose.
    const asked = owner.kind !== "Pod" && owner.template?.spec?.nodeName === name;
    const nodes = (pod.observation.nodes ?? []).map(({ metadata }) => metadata?.name ?? "");
    return {
      title: asked
        ? `The pod asks for the node "${name}" (nodeName), which the cluster does not have`
        : `The pod is bound to the node "${name}", which the cluster no longer has`,
      evidence: [
        `pod/${pod.podName} has spec.nodeName: ${name}`,
        `nodes of the cluster: ${nodes.slice(0, 10).join(", ")}`,
        ...pod.containers
          .filter(({ status }) => status === undefined)
          .map((one) => `${nameOf(pod, one)} has no state yet`),
      ],
      mend: asked
        ? changePod(changedBy(pod), "Leave the choice of the node to the scheduler:", { nodeName: null })
        : replaced(pod, name),
    };
  },
});

/** No kubelet confirms the deletion, so it must be forced. */
function replaced(pod: PodFacts, node: string): Step[] {
  const { owner, podName, namespace } = pod;
  const remove = `kubectl delete pod ${podName} --namespace ${namespace} --force`;
  switch (owner.kind) {
    case "Pod":
      return changePod(changedBy(pod), "Let the scheduler choose a node.", { nodeName: null });
    case "StatefulSet":
      // https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/
      return [
        {
          say: `Make sure that the machine of the node "${node}" is gone for good, not only cut off: its process may still write to the pod's volume.`,
        },
        run("Only then delete the pod, so that the StatefulSet creates it on a node that exists:", remove),
      ];
    default:
      return [run("Delete the pod, so that its owner creates it on a node that exists:", remove)];
  }
}
