import { placementBy } from "../facts/placement.ts";
import { changeContainer, changedBy, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const hostPortTaken = podCause({
  code: "host-port-taken",
  stage: "place",
  recovery: "possible",
  proof: (pod) => placementBy(pod, "host-port"),
  claim: (pod, { evidence }) => {
    const ports = pod.containers.flatMap((container) =>
      (container.spec.ports ?? []).flatMap(({ hostPort, containerPort, protocol }) =>
        hostPort === undefined ? [] : [{ container, hostPort, containerPort, protocol: protocol ?? "TCP" }],
      ),
    );
    const numbers = ports.map(({ hostPort }) => hostPort);
    const holders = pod.observation.pods
      .filter(({ metadata, spec }) => metadata?.name !== pod.podName && spec?.nodeName !== undefined)
      .filter(({ spec }) =>
        spec?.containers.some(({ ports: own = [] }) =>
          own.some(({ hostPort }) => hostPort !== undefined && numbers.includes(hostPort)),
        ),
      )
      .map(({ metadata }) => `pod/${metadata?.name}`);
    const [first] = ports;
    const changed = changedBy(pod);
    return {
      title: `The host port ${numbers.join(", ")} is taken on every node that suits the pod`,
      ...(first === undefined ? {} : { container: first.container.name }),
      evidence: [...evidence, ...(holders.length === 0 ? [] : [`it is used by ${holders.join(", ")}`])],
      mend: [
        ...(first === undefined
          ? []
          : changeContainer(changed, first.container.name, "Without hostPort, any number of pods fits on a node:", {
              ports: [{ containerPort: first.containerPort, protocol: first.protocol, hostPort: null }],
            })),
        ...(first === undefined || !["Deployment", "ReplicaSet"].includes(pod.owner.kind)
          ? []
          : [
              run(
                "Reach the pods by a Service instead:",
                `kubectl expose ${pod.owner.ref} --namespace ${pod.namespace} --port ${first.hostPort} --target-port ${first.containerPort}`,
              ),
            ]),
        {
          say: "If the port on the node is needed, run one pod on each node: a DaemonSet, or no more replicas than nodes.",
        },
      ],
    };
  },
});
