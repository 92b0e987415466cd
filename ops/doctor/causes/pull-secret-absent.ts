import { pullFailureOf } from "../facts/pullFailure.ts";
import { isAzureHost } from "../facts/registryHost.ts";
import { addPullSecret, createPullSecret } from "../fixes/addPullSecret.ts";
import { podCause } from "./cause.ts";

export const pullSecretAbsent = podCause({
  code: "pull-secret-absent",
  stage: "pull",
  recovery: 2,
  over: ["registry-unauthorized"],
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    if (failure?.answer !== "unauthorized" || (pod.pod.spec?.imagePullSecrets ?? []).length > 0) return undefined;
    const host = failure.reference?.host ?? "";
    const azure = isAzureHost(host) || pod.observation.azure?.registries[host] !== undefined;
    return azure ? undefined : { ...failure, registry: host };
  },
  claim: (pod, { registry, container, evidence }) => {
    const name = `pull-${pod.owner.name}`.slice(0, 60);
    return {
      title: `The registry ${registry} requires credentials, but the pod has no pull secret`,
      container: container.name,
      evidence: [...evidence, "neither the pod nor its ServiceAccount has imagePullSecrets"],
      mend: [createPullSecret("Create a pull secret:", name, registry, pod.namespace), ...addPullSecret(pod, name)],
    };
  },
});
