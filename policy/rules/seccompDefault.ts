import { eachLinuxContainer, securityContext } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown } from "../propertyValues.ts";

export const seccompDefault: PodRule = {
  on: "pods",
  id: "seccomp-default",
  title: "System calls are filtered by the runtime's seccomp profile",
  reason:
    "without a filter every system call of the node's kernel can be reached, among them those that container escapes are made of",
  mend: 'set securityContext.seccompProfile.type: "RuntimeDefault" for the pod; left out, AKS does not filter',
  reference: "https://learn.microsoft.com/azure/aks/secure-container-access",
  azurePolicy: "Kubernetes cluster containers should only use allowed seccomp profiles",
  severity: "medium",
  level: "mandatory",
  check: (pod) =>
    eachLinuxContainer(pod, (container) =>
      judge(
        securityContext(pod, container, "seccompProfile", "type"),
        (type) => type === "RuntimeDefault" || type === "Localhost",
        (type) => `${container.called}: seccompProfile.type is ${shown(type)}`,
      ),
    ),
};
