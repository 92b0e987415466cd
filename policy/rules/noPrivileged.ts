import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { isOff, step } from "../propertyValues.ts";

export const noPrivileged: PodRule = {
  on: "pods",
  id: "no-privileged",
  title: "No container is privileged",
  reason:
    "a privileged container has all devices and privileges of the node, like a root process outside any container",
  fix: "remove securityContext.privileged (on Windows, windowsOptions.hostProcess), and add only the capability that the container needs",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  azurePolicy: "Kubernetes cluster should not allow privileged containers",
  severity: "critical",
  level: "mandatory",
  check: (pod) => [
    ...judge(
      step(pod.spec, "securityContext", "windowsOptions", "hostProcess"),
      isOff,
      () => "the pod runs as a process of the node",
    ),
    ...eachContainer(pod, ({ spot, called }) => [
      ...judge(step(spot, "securityContext", "privileged"), isOff, () => `${called} is privileged`),
      ...judge(
        step(spot, "securityContext", "windowsOptions", "hostProcess"),
        isOff,
        () => `${called} runs as a process of the node`,
      ),
    ]),
  ],
};
