import { pullSecretFault } from "../facts/pullSecretFault.ts";
import { createPullSecret } from "../fixes/addPullSecret.ts";
import { podCause } from "./cause.ts";

export const pullSecretMissing = podCause({
  code: "pull-secret-missing",
  stage: "pull",
  recovery: "impossible",
  proof: (pod) => {
    const fault = pullSecretFault(pod);
    return fault?.kind === "missing" ? fault : undefined;
  },
  claim: ({ namespace }, { failure, name, host }) => ({
    title: `The pull secret "${name}" does not exist`,
    container: failure.container.name,
    evidence: [
      ...failure.evidence,
      `the pod names imagePullSecrets "${name}", but namespace "${namespace}" has no such Secret`,
    ],
    mend: [createPullSecret("Create it. The pods pull at their next attempt:", name, host, namespace)],
  }),
});
