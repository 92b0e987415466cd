import { pullGrant } from "../facts/grantFault.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const acrpullNotPropagated = podCause({
  code: "acrpull-not-propagated",
  stage: "pull",
  recovery: "possible",
  proof: (pod) => {
    const grant = pullGrant(pod);
    return grant?.fault === "not-propagated" ? grant : undefined;
  },
  claim: (_, { grant, registry, azure, kubelet, failure, age = 0 }) => ({
    title: `${grant?.role} was granted ${duration(age)} ago and has not propagated yet`,
    container: failure.container.name,
    evidence: [
      ...failure.evidence,
      `the kubelet identity ${kubelet.objectId} has held ${grant?.role} at ${grant?.scope} since ${grant?.createdOn}`,
      "a grant takes up to 10 minutes to propagate, and a node can keep a token from before the grant for an hour",
    ],
    mend: [
      { say: "Wait. The pods pull at their next attempt without any action." },
      run(
        "If pulls are still refused after an hour, check from the nodes:",
        `az aks check-acr --resource-group ${azure.cluster?.resourceGroup} --name ${azure.cluster?.name} --acr ${registry.loginServer}`,
      ),
    ],
  }),
});

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
