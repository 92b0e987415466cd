import { grantPull } from "../fixes/letNodesPull.ts";
import { pullGrant } from "../facts/grantFault.ts";
import { podCause } from "./cause.ts";

export const acrpullIgnoredByAbac = podCause({
  code: "acrpull-ignored-by-abac",
  stage: "pull",
  recovery: 2,
  proof: (pod) => {
    const grant = pullGrant(pod);
    return grant?.fault === "ignored-by-abac" ? grant : undefined;
  },
  claim: (pod, grant) => ({
    title: `The registry "${grant.registry.name}" uses repository permissions (ABAC) and ignores ${grant.grant?.role}`,
    container: grant.failure.container.name,
    evidence: [
      ...grant.failure.evidence,
      `role assignment mode of ${grant.registry.loginServer}: RBAC Registry + ABAC Repository Permissions`,
      `the kubelet identity ${grant.kubelet.objectId} holds ${grant.grant?.role}, but no role with repository permissions`,
    ],
    mend: grantPull(pod, grant),
  }),
});
