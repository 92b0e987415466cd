import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { items, shown, step } from "../propertyValues.ts";

export const noHostPath: PodRule = {
  on: "pods",
  id: "no-host-path",
  title: "Pods mount no files of the node",
  reason:
    "through the files of the node, a pod reaches the credentials of the kubelet, the socket of the container runtime, and the secrets of other pods",
  fix: "use an emptyDir, a ConfigMap, a Secret, or a PersistentVolumeClaim instead of hostPath",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  azurePolicy: "Kubernetes cluster pod hostPath volumes should only use allowed host paths",
  severity: "critical",
  level: "mandatory",
  check: (pod) =>
    items(step(pod.spec, "volumes")).flatMap((volume) =>
      judge(
        step(volume, "hostPath"),
        (value) => value === undefined,
        () =>
          `the volume ${shown(nameOf(step(volume, "name").value))} is the node's ${shown(nameOf(step(volume, "hostPath", "path").value))}`,
      ),
    ),
};

const nameOf = (value: unknown) => (typeof value === "string" ? value : undefined);
