/** Commands that show more, where only the reader can decide what to do. */
import type { Step } from "../causes/cause.ts";
import type { ContainerFacts, PodFacts } from "../facts/podFacts.ts";
import { run } from "./changeOwner.ts";
import { mergePatch } from "./patchObject.ts";

/** The log of the failed run: the previous one, if the container has restarted since. */
export function readLog(
  { podName, namespace }: PodFacts,
  { name, status }: ContainerFacts,
  say = "Read its log:",
): Step {
  const startedAgain = status?.state?.running !== undefined && status.lastState?.terminated !== undefined;
  return run(
    say,
    `kubectl logs ${podName} --namespace ${namespace} --container ${name}${startedAgain ? " --previous" : ""}`,
  );
}

export const describePod = (
  { podName, namespace }: PodFacts,
  say = "Show everything that Kubernetes knows about the pod:",
): Step => run(say, `kubectl describe pod ${podName} --namespace ${namespace}`);

/** The addresses of the pods behind a Service. */
export const showEndpoints = (
  namespace: string,
  service: string | undefined,
  say = "Show whether the Service has pods that are ready:",
): Step =>
  run(say, `kubectl get endpointslices --namespace ${namespace} --selector kubernetes.io/service-name=${service}`);

/** @param cronJob e.g. "cronjob/report" */
export const keepFailedJob = (cronJob: string, namespace: string): Step =>
  mergePatch("Keep the last failed Job, so that its log can be read:", cronJob, namespace, {
    spec: { failedJobsHistoryLimit: 1 },
  });

/** Who removes finalizers. */
export const findFinalizerOwner = (finalizers: readonly string[]): Step => ({
  say: `The controller that set the finalizer removes it once its work is done: find the controller that ${finalizers.join(", ")} belongs to, and check whether it runs.`,
});

/** The cluster's names in Azure, for az; placeholders if unknown. */
export function aksOptions({ observation: { azure } }: Pick<PodFacts, "observation">): {
  group: string;
  cluster: string;
} {
  return { group: azure?.cluster?.resourceGroup ?? "GROUP", cluster: azure?.cluster?.name ?? "CLUSTER" };
}

/** Adds nodes to the node pool. */
export function addNodes(pod: Pick<PodFacts, "observation">, say = "Or add nodes:"): Step {
  const { group, cluster } = aksOptions(pod);
  const pools = [
    ...new Set(
      (pod.observation.nodes ?? [])
        .map(({ metadata }) => metadata?.labels?.["kubernetes.azure.com/agentpool"] ?? metadata?.labels?.agentpool)
        .filter((name) => name !== undefined),
    ),
  ];
  const count = (pod.observation.nodes ?? []).length + 1;
  const pool = pools.length === 1 ? pools[0] : "POOL";
  // Azure refuses to scale a pool by hand that the autoscaler scales.
  const full = pod.observation.events.find(
    ({ reason, message = "" }) =>
      reason === "NotTriggerScaleUp" &&
      /max(?:imum)? node group size reached|max cluster \w+ limit reached/.test(message),
  );
  if (full !== undefined)
    return run(
      "Or let the autoscaler add more nodes, whose maximum is reached:",
      `az aks nodepool update --resource-group ${group} --cluster-name ${cluster} --name ${pool} --update-cluster-autoscaler --min-count 1 --max-count ${count}`,
    );
  return run(
    say,
    `az aks nodepool scale --resource-group ${group} --cluster-name ${cluster} --name ${pool} --node-count ${count}`,
  );
}
