import { grantPull } from "../fixes/letNodesPull.ts";
import { pullGrant } from "../facts/grantFault.ts";
import { podCause } from "./cause.ts";

export const acrpullMissing = podCause({
  code: "acrpull-missing",
  stage: "pull",
  recovery: 2,
  proof: (pod) => {
    const grant = pullGrant(pod);
    return grant?.fault === "missing" ? grant : undefined;
  },
  claim: (pod, grant) => ({
    title: `The nodes of cluster "${grant.azure.cluster?.name}" are not allowed to pull from ${grant.registry.loginServer}`,
    container: grant.failure.container.name,
    evidence: [
      ...grant.failure.evidence,
      `the kubelet identity ${grant.kubelet.objectId} holds no role that allows pulls, at the registry or above it`,
      grant.registry.grants.length === 0
        ? "there are no role assignments at the registry"
        : `role assignments at the registry: ${grant.registry.grants.map(({ role, principalId }) => `${role} for ${principalId}`).join(", ")}`,
    ],
    mend: grantPull(pod, grant),
  }),
});
