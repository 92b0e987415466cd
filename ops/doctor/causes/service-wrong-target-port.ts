import type { PodFacts } from "../facts/podFacts.ts";
import type { Scene } from "../facts/scene.ts";
import { servicesOf, type ServiceFacts } from "../facts/serviceFacts.ts";
import { configure, quoted, run } from "../fixes/changeOwner.ts";
import { sceneCause } from "./cause.ts";

interface Proof {
  service: ServiceFacts;
  port: number;
  target: number;
  /** The port that the pods serve on, as their readiness probes have seen. */
  serving: number;
  answer: string;
}

/**
 * A Service that leads to a port on which nothing listens. That a container does not declare the port proves nothing: it is
 * only a reason to ask, and the refused connection is the proof.
 */
export const serviceWrongTargetPort = sceneCause({
  code: "service-wrong-target-port",
  stage: "reach",
  recovery: "possible",
  proofs: (scene: Scene): Proof[] =>
    servicesOf(scene).flatMap((service) => {
      const [pod] = service.well;
      if (pod === undefined) return [];
      return (service.service.spec?.ports ?? []).flatMap(({ port, targetPort = port }) => {
        const answer = scene.observation.reach?.refusedPorts?.[`${pod.podName}:${targetPort}`];
        const serving = probedPort(pod);
        return typeof targetPort === "number" && answer !== undefined && serving !== undefined
          ? [{ service, port, target: targetPort, serving, answer }]
          : [];
      });
    }),
  claim: ({ observation }, { service: { ref, name, namespace, service }, port, target, serving, answer }) => {
    const { stack } = observation.target;
    const protocol = service.spec?.ports?.find((one) => one.port === port)?.protocol ?? "TCP";
    const patch = { spec: { ports: [{ port, protocol, targetPort: serving }] } };
    return {
      title: `Port ${port} of the Service "${name}" leads to port ${target} of its pods, where nothing listens; they serve on ${serving}`,
      affected: [ref],
      evidence: [
        `${ref}: port ${port} has targetPort ${target}`,
        `the API server asked port ${target} of a pod: ${answer}`,
        `the readiness probe of the pods succeeds on port ${serving}`,
      ],
      mend:
        stack === undefined
          ? [
              run(
                `Let the port lead to ${serving}:`,
                `kubectl patch ${ref} --namespace ${namespace} --patch ${quoted(JSON.stringify(patch))}`,
              ),
            ]
          : [
              run(
                "The stack's setting is the port of the container:",
                configure(stack, { key: "port", value: String(serving) }),
              ),
            ],
    };
  },
});

/** The port on which a readiness or startup probe of the pod succeeds. */
export function probedPort({ pod }: PodFacts): number | undefined {
  for (const { readinessProbe, startupProbe, ports = [] } of pod.spec?.containers ?? []) {
    const probe = readinessProbe ?? startupProbe;
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
    const number = typeof port === "string" ? ports.find(({ name }) => name === port)?.containerPort : port;
    if (typeof number === "number") return number;
  }
  return undefined;
}

/** Target ports to ask about: those that no container of the pod declares and no probe asks. */
export function doubtfulPorts(scene: Scene): { pod: string; port: number }[] {
  return servicesOf(scene).flatMap(({ service, well: [pod] }) => {
    if (pod === undefined) return [];
    const declared = (pod.pod.spec?.containers ?? []).flatMap(({ ports = [] }) =>
      ports.map((one) => one.containerPort),
    );
    const known = [...declared, probedPort(pod)];
    return (service.spec?.ports ?? [])
      .filter(({ protocol = "TCP" }) => protocol === "TCP")
      .map(({ port, targetPort = port }) => targetPort)
      .filter((port): port is number => typeof port === "number" && !known.includes(port))
      .map((port) => ({ pod: pod.podName, port }));
  });
}
