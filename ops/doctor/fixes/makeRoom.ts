/** Lets a rollout stop an old pod before it starts a new one, if both do not fit at once. */
import type { Step } from "../causes/cause.ts";
import { siblings } from "../facts/placement.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { byStack, type Changed, changedBy, quoted, run } from "./changeOwner.ts";
import { mergePatch } from "./patchObject.ts";

/** Whether the pod waits next to an older pod of the same Deployment that the rollout would replace. */
export function isRollout(pod: PodFacts): boolean {
  if (pod.owner.kind !== "Deployment") return false;
  const hash = pod.pod.metadata?.labels?.["pod-template-hash"];
  const others = pod.observation.pods.filter(({ metadata }) => siblings(pod).includes(metadata?.name ?? ""));
  if (others.some(({ metadata }) => metadata?.labels?.["pod-template-hash"] !== hash)) return true;
  // A recording that contains only the new pod: the Deployment wants one pod and has a second.
  const deployment = pod.observation.deployments.find(({ metadata }) => metadata?.name === pod.owner.name);
  return (deployment?.spec?.replicas ?? 1) === 1;
}

/** @param more further fields of the Deployment's spec. A stack has no setting for them. */
export function replaceInsteadOfSurge({ owner, namespace, stack }: Changed, say: string, more: object = {}): Step[] {
  if (owner.kind !== "Deployment") return [];
  if (stack !== undefined) return [byStack(stack, say, undefined)];
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
  const patch = { spec: { ...more, strategy } };
  return [run(say, `kubectl patch ${owner.ref} --namespace ${namespace} --patch ${quoted(JSON.stringify(patch))}`)];
}

export const showQuota = (name: string, namespace: string): Step =>
  run(
    "Show the quota and its usage. Whoever set it can raise it:",
    `kubectl describe resourcequota ${name} --namespace ${namespace}`,
  );

export function recreate(pod: PodFacts, say: string): Step[] {
  const { owner, namespace } = changedBy(pod);
  if (owner.kind !== "Deployment") return [];
  const patch = { spec: { strategy: { type: "Recreate", rollingUpdate: null } } };
  return [mergePatch(say, owner.ref, namespace, patch)];
}

export function oneReplica(pod: PodFacts, say: string): Step[] {
  const { owner, namespace } = changedBy(pod);
  return ["Deployment", "ReplicaSet"].includes(owner.kind)
    ? [run(say, `kubectl scale ${owner.ref} --namespace ${namespace} --replicas 1`)]
    : [];
}
