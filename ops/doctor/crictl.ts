/**
 * Commands for the same check on the node. AKS nodes run containerd without a Docker daemon, so `docker ps` does not
 * work.
 */
import type { Claim, Stage } from "./causes/cause.ts";
import type { Finding } from "./finding.ts";
import { type PodFacts, waitsForImage } from "./facts/podFacts.ts";

/** @returns undefined if the pod has no node yet */
export function onNode(facts: PodFacts, stage: Stage, claim: Claim): Finding["onNode"] {
  const { pod, podName, node, namespace } = facts;
  const name = pod.spec?.nodeName;
  if (name === undefined) return undefined;
  const container = facts.containers.find((candidate) => candidate.name === claim.container);
  const commands = [`crictl pods --namespace ${namespace} --name ${podName}`];
  const { status } = container ?? {};
  const id = (
    status?.state?.terminated?.containerID ??
    status?.lastState?.terminated?.containerID ??
    status?.containerID
  )
    ?.replace(/^\w+:\/\//, "")
    .slice(0, 13);
  if (container !== undefined && (stage === "pull" || waitsForImage(container))) {
    commands.push(`crictl pull ${container.spec.image}`, "crictl images --digests");
  } else if (id !== undefined && id !== "") {
    commands.push(`crictl inspect ${id}`, `crictl logs ${id}`);
  } else if (container !== undefined) {
    commands.push(`crictl ps --all --name ${container.name}`);
  }
  return { node: name, runtime: runtimeOf(node?.status?.nodeInfo?.containerRuntimeVersion), commands };
}

/** "containerd 1.7.27" of "containerd://1.7.27". */
export const runtimeOf = (version: string | undefined): string => version?.replace("://", " ") ?? "containerd";
