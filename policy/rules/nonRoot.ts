import { eachLinuxContainer, securityContext } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown } from "../propertyValues.ts";

export const nonRoot: PodRule = {
  on: "pods",
  id: "non-root",
  title: "Containers do not run as root",
  reason: "a process that breaks out of its container as root is root on the node and in every pod there",
  fix: "set securityContext.runAsNonRoot: true and a numeric runAsUser other than 0, for the pod or for each container; the image needs a numeric USER",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  azurePolicy: "Kubernetes cluster pods and containers should only run with approved user and group IDs",
  severity: "high",
  level: "mandatory",
  check: (pod) =>
    eachLinuxContainer(pod, (container) => [
      ...judge(
        securityContext(pod, container, "runAsNonRoot"),
        (value) => value === true,
        (value) => `${container.called}: runAsNonRoot is ${shown(value)}`,
      ),
      ...judge(
        securityContext(pod, container, "runAsUser"),
        (value) => value !== 0,
        () => `${container.called} runs as user 0, which is root`,
      ),
    ]),
};
