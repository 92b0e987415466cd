import { grantPull } from "../fixes/letNodesPull.ts";
import { pullGrant } from "../facts/grantFault.ts";
import { podCause } from "./cause.ts";

export const acrpullOnClientId = podCause({
  code: "acrpull-on-client-id",
  stage: "pull",
  recovery: 2,
  proof: (pod) => {
    const grant = pullGrant(pod);
    return grant?.fault === "on-client-id" ? grant : undefined;
  },
  claim: (pod, grant) => ({
    title: "The role to pull is assigned to an identity's client ID instead of its object ID",
    container: grant.failure.container.name,
    evidence: [
      ...grant.failure.evidence,
      `a role assignment at ${grant.registry.loginServer} names ${grant.holder}, which is the client ID of the ${grant.holder?.toLowerCase() === grant.kubelet.clientId?.toLowerCase() ? "kubelet" : "control plane"} identity`,
      `the kubelet identity's object ID is ${grant.kubelet.objectId}, which holds no role there`,
    ],
    mend: grantPull(pod, grant),
  }),
});
