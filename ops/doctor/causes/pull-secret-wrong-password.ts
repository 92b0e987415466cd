import { pullSecretFault } from "../facts/pullSecretFault.ts";
import { replacePullSecret } from "../fixes/addPullSecret.ts";
import { podCause } from "./cause.ts";

export const pullSecretWrongPassword = podCause({
  code: "pull-secret-wrong-password",
  stage: "pull",
  recovery: "impossible",
  proof: (pod) => {
    const fault = pullSecretFault(pod);
    return fault?.kind === "wrong-password" ? fault : undefined;
  },
  claim: ({ namespace }, { failure, name, host }) => ({
    title: `The registry ${host} rejects the user name and password of the pull secret "${name}"`,
    container: failure.container.name,
    evidence: [
      ...failure.evidence,
      `the registry also rejected the credentials of Secret "${name}" when the doctor tried them`,
    ],
    mend: [replacePullSecret(name, host, namespace)],
  }),
});
