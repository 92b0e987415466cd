import { parseSandboxFailure } from "../facts/sandboxFailure.ts";
import { quoteEvent } from "../facts/eventFacts.ts";
import { run } from "../fixes/changeOwner.ts";
import { aksOptions } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const subnetFull = podCause({
  code: "subnet-full",
  stage: "cluster",
  recovery: "possible",
  over: ["sandbox-not-created"],
  proof: ({ events, containers }) => {
    const failure = events.map(parseSandboxFailure).find((one) => one !== undefined);
    return failure?.kind === "addresses-used-up" && containers.every(({ runningSince }) => runningSince === undefined)
      ? failure
      : undefined;
  },
  claim: (pod, { event }) => {
    const { group, cluster } = aksOptions(pod);
    return {
      title: `Node "${pod.pod.spec?.nodeName}" has no address left for the pod: the addresses of its subnet or pod range are used up`,
      evidence: [quoteEvent(event)],
      mend: [
        run(
          "Show the cluster's ranges, and which subnet each pool uses:",
          `az aks show --resource-group ${group} --name ${cluster} --query "{network:networkProfile,pools:agentPoolProfiles[].{name:name,subnet:vnetSubnetId,podSubnet:podSubnetId,maxPods:maxPods}}"`,
        ),
        {
          say: "Free addresses by running fewer pods or nodes, or add a node pool in a larger subnet. Azure CNI Overlay takes pod addresses from a range of its own and does not use up the subnet.",
        },
      ],
    };
  },
});
