import { nodeStates, placementOf } from "../facts/placement.ts";
import { nodeIsDown } from "../facts/podHealth.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { candidates } from "../facts/suitability.ts";
import { run } from "../fixes/changeOwner.ts";
import { aksOptions } from "../fixes/lookFurther.ts";
import type { Claim } from "./cause.ts";
import { podCause } from "./cause.ts";

export const nodesNotReady = podCause({
  code: "nodes-not-ready",
  stage: "cluster",
  recovery: "possible",
  proof: (pod) => notPlaced(pod) ?? ofItsNode(pod),
  claim: (_, proof) => proof,
});

function notPlaced(pod: PodFacts): Claim | undefined {
  const placement = placementOf(pod);
  const all = pod.observation.nodes;
  if (placement === undefined || all === undefined) return undefined;
  const suited = candidates(pod.pod, all);
  if (suited.length === 0 || suited.some(({ obstacle }) => obstacle?.kind !== "not-ready")) return undefined;
  const which = suited.length === all.length ? "node" : "node with the labels the pod requires";
  const names = suited.map(({ node }) => node.metadata?.name ?? "");
  const { group, cluster } = aksOptions(pod);
  return {
    title: `No ${which} is ready`,
    evidence: [...placement.evidence, ...nodeStates(all)],
    mend: [
      run("Show the conditions of the nodes:", `kubectl describe node ${names.slice(0, 3).join(" ")}`),
      run("If the AKS cluster was stopped, start it:", `az aks start --resource-group ${group} --name ${cluster}`),
    ],
  };
}

function ofItsNode(pod: PodFacts): Claim | undefined {
  const { node, podName } = pod;
  if (node === undefined || !nodeIsDown(pod)) return undefined;
  const name = node.metadata?.name ?? "";
  const condition = node.status?.conditions?.find(({ type }) => type === "Ready");
  const { group, cluster } = aksOptions(pod);
  const pool = node.metadata?.labels?.["kubernetes.azure.com/agentpool"] ?? "POOL";
  return {
    title: `The pod is on node "${name}", which is not ready`,
    evidence: [
      `pod/${podName} runs on node/${name}`,
      `the node's condition Ready is ${condition?.status}: ${condition?.message ?? condition?.reason ?? ""}`,
    ],
    mend: [
      run("Find out why:", `kubectl describe node ${name}`),
      run(
        "If the node does not recover, replace the machine. This cordons and drains it first, within the disruption budgets:",
        `az aks nodepool delete-machines --resource-group ${group} --cluster-name ${cluster} --nodepool-name ${pool} --machine-names ${name}`,
      ),
    ],
  };
}
