import { pullSecretFault } from "../facts/pullSecretFault.ts";
import { replacePullSecret } from "../fixes/addPullSecret.ts";
import { podCause } from "./cause.ts";

export const pullSecretMalformed = podCause({
  code: "pull-secret-malformed",
  stage: "pull",
  recovery: "impossible",
  proof: (pod) => {
    const fault = pullSecretFault(pod);
    return fault?.kind === "malformed" ? fault : undefined;
  },
  claim: ({ namespace }, { failure, name, host, look }) => ({
    title: `The pull secret "${name}" does not contain valid registry credentials`,
    container: failure.container.name,
    evidence: [...failure.evidence, `Secret "${name}": ${look.malformed}`],
    mend: [replacePullSecret(name, host, namespace)],
  }),
});
