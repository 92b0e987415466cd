import { quoteEvent } from "../facts/eventFacts.ts";
import { run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

/** The fallback if an owner lacks pods and neither a pod nor a refusal explains it: Kubernetes' own message. */
export const rolloutStuck = ownerCause({
  code: "rollout-stuck",
  stage: "open",
  recovery: "possible",
  proof: (owner) => {
    if (owner.health !== "failing" || !["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"].includes(owner.kind))
      return undefined;
    if (owner.kind === "DaemonSet" && owner.wants === 0) return undefined;
    return owner.conditions.filter(
      ({ type, status }) =>
        (status === "False" && type !== "ReplicaFailure") || (type === "ReplicaFailure" && status === "True"),
    );
  },
  claim: (owner, conditions) => {
    const [first] = conditions
      .filter(({ message }) => message !== "")
      .sort((left, right) => Number(right.type === "ReplicaFailure") - Number(left.type === "ReplicaFailure"));
    const paused = owner.paused === true ? ", and it is paused" : "";
    return {
      title: `${owner.ref} has ${owner.has} of ${owner.wants} pods available${paused}${first === undefined ? "" : `: ${first.message.replace(/\s+/g, " ").slice(0, 160)}`}`,
      affected: [owner.ref],
      evidence: [
        ...conditions.map(({ type, reason, message }) => `condition ${type}: ${reason}: ${message}`),
        ...owner.events.slice(0, 3).map(quoteEvent),
        `${owner.ref} wants ${owner.wants} pods and has ${owner.has} available; ${owner.pods.length} exist`,
      ],
      mend: [
        ...(owner.paused === true
          ? [
              run(
                "Changes are held back until it is resumed:",
                `kubectl rollout resume ${owner.ref} --namespace ${owner.namespace}`,
              ),
            ]
          : []),
        run(
          "Show everything that Kubernetes knows about it:",
          `kubectl describe ${owner.ref} --namespace ${owner.namespace}`,
        ),
      ],
    };
  },
});
