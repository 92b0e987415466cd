import { run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

export const rolloutPaused = ownerCause({
  code: "rollout-paused",
  stage: "place",
  recovery: "impossible",
  over: ["rollout-stuck"],
  proof: (owner) => (owner.paused === true && owner.health === "failing" ? owner.conditions : undefined),
  claim: (owner, conditions) => ({
    title: `${owner.ref} is paused, so its last change is not rolled out (${owner.has} of ${owner.wants} pods are available)`,
    affected: [owner.ref],
    evidence: [
      `${owner.ref} has spec.paused: true`,
      ...conditions.map(({ type, status, reason, message }) => `condition ${type} is ${status}: ${reason}: ${message}`),
    ],
    mend: [run("Resume it:", `kubectl rollout resume ${owner.ref} --namespace ${owner.namespace}`)],
  }),
});
