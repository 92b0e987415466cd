import { pullFailureOf } from "../facts/pullFailure.ts";
import { aksOptions } from "../fixes/lookFurther.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const registryUnauthorized = podCause({
  code: "registry-unauthorized",
  stage: "pull",
  recovery: "possible",
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure?.answer === "unauthorized" ? failure : undefined;
  },
  claim: (pod, { image, reference, container, evidence, look }) => {
    const host = reference?.host ?? "";
    const secrets = (pod.pod.spec?.imagePullSecrets ?? []).map(({ name = "" }) => name);
    const { azure } = pod.observation;
    const seen =
      secrets.length > 0
        ? `the pod's pull secrets: ${secrets.join(", ")}`
        : azure === undefined
          ? "the doctor could not read the role assignments (see below)"
          : azure.registries[host] === undefined
            ? `the subscription ${azure.subscription} has no registry with the login server ${host}`
            : "the kubelet identity has been allowed to pull for more than an hour";
    const { group, cluster } = aksOptions(pod);
    return {
      title: `The registry ${host} rejects the pulls of the node`,
      container: container.name,
      evidence: [
        ...evidence,
        seen,
        ...(look === undefined ? [] : [`the registry's answer to ${look.as}: ${look.problem ?? look.answer}`]),
      ],
      mend: [
        secrets.length > 0
          ? run(
              "Check that the user in the pull secret may pull from this repository:",
              `docker login ${host} && docker pull ${image}`,
            )
          : run(
              "Check from the nodes, as a user who may read the cluster and the registry:",
              `az aks check-acr --resource-group ${group} --name ${cluster} --acr ${host}`,
            ),
      ],
    };
  },
});
