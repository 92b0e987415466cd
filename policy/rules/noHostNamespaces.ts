import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { isOff, items, shown, step } from "../propertyValues.ts";

export const noHostNamespaces: PodRule = {
  on: "pods",
  id: "no-host-namespaces",
  title: "Pods use their own network, process, and IPC namespaces",
  reason:
    "in the namespaces of the node, a pod sees the processes and traffic of other pods and reaches ports that listen on the node only, and network policies do not apply to it",
  fix: "remove hostNetwork, hostPID, hostIPC, and hostPort; use a Service to make a pod reachable",
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
          (value) => `${called} uses port ${shown(value)} of the node`,
        ),
      ),
    ),
  ],
};
