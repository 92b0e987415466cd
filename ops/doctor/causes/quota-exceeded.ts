import { hasEnded } from "../../cluster/kubernetesObjects.ts";
import { refusedBy } from "../facts/refusedOwner.ts";
import type { OwnerFacts } from "../facts/ownerFacts.ts";
import { type Changed, changedOwner, configure, run } from "../fixes/changeOwner.ts";
import { replaceInsteadOfSurge, showQuota } from "../fixes/makeRoom.ts";
import { ownerCause, type Step } from "./cause.ts";

export const quotaExceeded = ownerCause({
  code: "quota-exceeded",
  stage: "cluster",
  recovery: "possible",
  proof: (owner) => refusedBy(owner, "quota-exceeded"),
  claim: (owner, { name = "", detail = "", evidence, ref }) => {
    const changed = changedOwner(owner);
    const quota = owner.observation.reach?.quotas?.find(({ metadata }) => metadata?.name === name);
    const used = Object.entries(quota?.status?.hard ?? {}).map(
      ([key, hard]) => `${key} ${quota?.status?.used?.[key] ?? "?"} of ${hard}`,
    );
    const surge = owner.kind === "Deployment" && owner.has >= owner.wants && owner.wants > 0;
    // A quota counts pods before they are ready, and not once they have ended.
    const counted = owner.observation.pods.filter(
      (pod) => owner.pods.includes(pod.metadata?.name ?? "") && !hasEnded(pod),
    );
    const fits = Math.max(owner.has, counted.length);
    return {
      title: `The quota "${name}" of namespace "${owner.namespace}" leaves no room for ${surge ? "the rollout's extra pod" : `another pod of ${owner.ref}`}`,
      affected: [ref],
      evidence: [
        ...evidence,
        ...(detail === "" ? [] : [detail]),
        ...(used.length === 0 ? [] : [`resourcequota/${name}: ${used.join(", ")}`]),
      ],
      mend: [...(surge ? stopFirst(changed, owner) : runFewer(changed, owner, fits)), showQuota(name, owner.namespace)],
    };
  },
});

const stopFirst = (changed: Changed, { wants }: OwnerFacts): Step[] =>
  replaceInsteadOfSurge(
    changed,
    wants === 1
      ? "Let the rollout stop the old pod before it starts the new one. With a single pod, each rollout is then a short outage:"
      : "Let the rollout stop an old pod before it starts a new one:",
  );

/** @param fits number of pods that the quota allows */
function runFewer(changed: Changed, { kind, ref, namespace, wants }: OwnerFacts, fits: number): Step[] {
  if (fits === 0 || fits >= wants) return [];
  const say = "Run as many pods as the quota allows:";
  if (changed.stack !== undefined)
    return [run(say, configure(changed.stack, { key: "replicas", value: String(fits) }))];
  if (kind === "Deployment")
    return replaceInsteadOfSurge(
      changed,
      "Run as many pods as the quota allows, and let rollouts stop an old pod before they start a new one, which would not fit either:",
      { replicas: fits },
    );
  return ["ReplicaSet", "StatefulSet"].includes(kind)
    ? [run(say, `kubectl scale ${ref} --namespace ${namespace} --replicas ${fits}`)]
    : [];
}
