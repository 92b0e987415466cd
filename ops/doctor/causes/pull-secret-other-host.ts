import { pullSecretFault } from "../facts/pullSecretFault.ts";
import { addPullSecret, createPullSecret } from "../fixes/addPullSecret.ts";
import { podCause } from "./cause.ts";

export const pullSecretOtherHost = podCause({
  code: "pull-secret-other-host",
  stage: "pull",
  recovery: "impossible",
  proof: (pod) => {
    const fault = pullSecretFault(pod);
    return fault?.kind === "other-host" ? fault : undefined;
  },
  claim: (pod, { failure, name, host, look }) => ({
    title: `The pull secret "${name}" is for ${look.hosts.join(", ") || "no registry"}, not for ${host}`,
    container: failure.container.name,
    evidence: [
      ...failure.evidence,
      `the image comes from "${host}"; Secret "${name}" has credentials for: ${look.hosts.join(", ") || "nothing"}`,
    ],
    mend: [
      createPullSecret("Create an additional Secret for this registry:", `${name}-2`, host, pod.namespace),
      ...addPullSecret(pod, `${name}-2`),
    ],
  }),
});
