import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { isOff, items, shown, step } from "../propertyValues.ts";

export const noHostNamespaces: PodRule = {
  on: "pods",
  id: "no-host-namespaces",
  title: "Pods keep to their own network, processes and memory",
  reason:
    "in the node's namespaces a pod sees the other pods' processes and traffic, reaches what listens on the node only, and no network policy holds it",
  mend: "take hostNetwork, hostPID, hostIPC and hostPort out; a Service makes a pod reachable",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  azurePolicy: "Kubernetes cluster containers should not share host process ID or host IPC namespace",
  severity: "critical",
  level: "mandatory",
  check: (pod) => [
    ...["hostNetwork", "hostPID", "hostIPC"].flatMap((field) =>
      judge(
        step(pod.spec, field),
        isOff,
        () => `the pod shares the node's ${{ hostNetwork: "network", hostPID: "processes", hostIPC: "memory" }[field]}`,
      ),
    ),
    ...eachContainer(pod, ({ spot, called }) =>
      items(step(spot, "ports")).flatMap((port) =>
        judge(
          step(port, "hostPort"),
          (value) => value === undefined || value === 0,
          (value) => `${called} takes port ${shown(value)} of the node`,
        ),
      ),
    ),
  ],
};
