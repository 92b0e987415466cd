import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

export const readOnlyRoot: PodRule = {
  on: "pods",
  id: "read-only-root",
  title: "Containers have a read-only root file system",
  reason: "an attacker in a process could install programs, and the container would no longer match its image",
  fix: "set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where the program writes, e.g. /tmp",
  reference: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  azurePolicy: "Kubernetes cluster containers should run with a read only root file system",
  severity: "medium",
  level: "mandatory",
  check: (pod) =>
    eachContainer(pod, ({ spot, called }) =>
      judge(
        step(spot, "securityContext", "readOnlyRootFilesystem"),
        (value) => value === true,
        (value) => `${called}: readOnlyRootFilesystem is ${shown(value)}`,
      ),
    ),
};
