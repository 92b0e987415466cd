import { grantPull } from "../fixes/letNodesPull.ts";
import { pullGrant } from "../facts/grantFault.ts";
import { podCause } from "./cause.ts";

export const acrpullOnControlPlane = podCause({
  code: "acrpull-on-control-plane",
  stage: "pull",
  recovery: 2,
  proof: (pod) => {
    const grant = pullGrant(pod);
    return grant?.fault === "on-control-plane" ? grant : undefined;
  },
  claim: (pod, grant) => ({
    title:
      "The role to pull is assigned to the cluster's control plane identity, but the nodes pull with the kubelet identity",
    container: grant.failure.container.name,
    evidence: [
      ...grant.failure.evidence,
      `${grant.holder} (control plane) may pull from ${grant.registry.loginServer}`,
      `${grant.kubelet.objectId} (kubelet) may not`,
    ],
    mend: grantPull(pod, grant),
  }),
});
