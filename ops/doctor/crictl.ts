/** Commands for the same check on the node. AKS nodes run containerd and have no Docker daemon, so `docker ps` does not work. */
import { waitsForImage } from "./symptoms/failingPull.ts";
import { stageOf } from "./causes/causeCodes.ts";
import type { Diagnosis, Finding } from "./finding.ts";
import type { PodView } from "./podView.ts";

/** @returns undefined if the pod has no node yet */
export function onNode(view: PodView, diagnosis: Diagnosis): Finding["onNode"] {
  const { pod, podName, node, observation } = view;
  const name = pod.spec?.nodeName;
  if (name === undefined) return undefined;
  const container = view.containers.find((candidate) => candidate.name === diagnosis.container);
  const commands = [`crictl pods --namespace ${observation.target.namespace} --name ${podName}`];
  const id = (
    container?.status?.state?.terminated?.containerID ??
    container?.status?.lastState?.terminated?.containerID ??
    container?.status?.containerID
  )
    ?.replace(/^\w+:\/\//, "")
    .slice(0, 13);
  if (container !== undefined && (stageOf(diagnosis.code) === "pull" || waitsForImage(container))) {
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
