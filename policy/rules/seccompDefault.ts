import { eachLinuxContainer, securityContext } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown } from "../propertyValues.ts";

export const seccompDefault: PodRule = {
  on: "pods",
  id: "seccomp-default",
  title: "The seccomp profile of the runtime filters system calls",
  reason: "without a filter, a process can make every system call, including those that container escapes use",
  fix: 'set securityContext.seccompProfile.type: "RuntimeDefault" for the pod; AKS does not filter by default',
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
