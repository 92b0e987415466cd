import { nodeIsMissing } from "../facts/podHealth.ts";
import { nameOf } from "../facts/podFacts.ts";
import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** The pod is bound to a node that does not exist: no kubelet starts it, and its pods are deleted repeatedly. */
export const nodeMissing = podCause({
  code: "node-missing",
  stage: "place",
  recovery: "impossible",
  over: ["nodes-not-ready", "rollout-stuck"],
  proof: (facts) => (nodeIsMissing(facts) ? facts.pod.spec?.nodeName : undefined),
  claim: (pod, name) => {
    const asked = pod.owner.template?.spec?.nodeName === name;
    const nodes = (pod.observation.nodes ?? []).map(({ metadata }) => metadata?.name ?? "");
    return {
      title: asked
        ? `The pod asks for the node "${name}" (nodeName), which the cluster does not have`
        : `The pod is bound to the node "${name}", which the cluster does not have any more`,
      evidence: [
        `pod/${pod.podName} has spec.nodeName: ${name}`,
        `nodes of the cluster: ${nodes.slice(0, 10).join(", ")}`,
        ...pod.containers
          .filter(({ status }) => status === undefined)
          .map((one) => `${nameOf(pod, one)} has no state yet`),
      ],
      mend: asked
        ? changePod(changedBy(pod), "Leave the choice of the node to the scheduler:", { nodeName: null })
        : [
            run(
              "Delete the pod, so that its owner creates it on a node that exists:",
              `kubectl delete pod ${pod.podName} --namespace ${pod.namespace} --force`,
            ),
          ],
    };
  },
});
