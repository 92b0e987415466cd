/** Creates pull secrets, and adds one to those of a pod or its ServiceAccount. */
import type { Step } from "../causes/cause.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { changedBy, quoted, run } from "./changeOwner.ts";

export const createPullSecret = (say: string, name: string, host: string, namespace: string): Step =>
  run(
    say,
    `kubectl create secret docker-registry ${name} --namespace ${namespace} --docker-server=${host} --docker-username=USER --docker-password=PASSWORD`,
  );

/** Replaces the content in place, so references to the Secret stay valid. */
export const replacePullSecret = (name: string, host: string, namespace: string): Step =>
  run(
    "Replace its content. The pods pull at their next attempt:",
    `kubectl create secret docker-registry ${name} --namespace ${namespace} --docker-server=${host} --docker-username=USER --docker-password=PASSWORD --dry-run=client --output json | kubectl replace --force --filename -`,
  );

/**
 * Adds the Secret to the owner's pod template, where the API server merges the list by name. A merge patch of a
 * ServiceAccount would replace its list, and running pods keep the Secrets that the ServiceAccount had when they were
 * created.
 */
export function addPullSecret(pod: PodFacts, name: string): Step[] {
  const changed = changedBy(pod);
  const { owner, namespace } = changed;
  if (["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"].includes(owner.kind)) {
    const patch = { spec: { template: { spec: { imagePullSecrets: [{ name }] } } } };
    return [
      run(
        "Add it to the pods; their other pull secrets stay:",
        `kubectl patch ${owner.ref} --namespace ${namespace} --patch ${quoted(JSON.stringify(patch))}`,
      ),
    ];
  }
  const have = (pod.pod.spec?.imagePullSecrets ?? []).map((entry) => ({ name: entry.name ?? "" }));
  return [
    {
      say: `Add it to imagePullSecrets of ${owner.ref}, in addition to ${have.map((entry) => entry.name).join(", ") || "none"}, and create it again.`,
    },
  ];
}
