import { heardPorts, isLoopback, type Listening, toldPort } from "../facts/listeningPorts.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import type { Scene } from "../facts/scene.ts";
import { podPortOf, servicesOf, type ServiceFacts, settleMilliseconds } from "../facts/serviceFacts.ts";
import { configure, quoted, run } from "../fixes/changeOwner.ts";
import { sceneCause } from "./cause.ts";

interface Proof {
  service: ServiceFacts;
  port: number;
  target: number;
  /** The port that the pods serve on, and how it is known. */
  serving?: { port: number; source: string };
  /** The process says that it listens on the target port, but only on loopback. */
  inside?: Listening;
  answer: string;
}

/**
 * A Service whose target port nothing listens on. An undeclared container port proves nothing, and neither does a
 * declared one: both are only reasons to probe. The refused connection is the proof.
 */
export const serviceWrongTargetPort = sceneCause({
  code: "service-wrong-target-port",
  stage: "reach",
  recovery: "possible",
  proofs: (scene: Scene): Proof[] =>
    servicesOf(scene).flatMap((service) => {
      const [pod] = service.well;
      if (pod === undefined) return [];
      return targetsOf(service, pod).flatMap(({ port, target }) => {
        const answer = scene.observation.reach?.refusedPorts?.[`${pod.podName}:${target}`];
        if (answer === undefined) return [];
        const inside = pod.containers
          .flatMap((container) => heardPorts(container))
          .find((heard) => heard.port === target && isLoopback(heard.host));
        const serving = servingPortOf(scene, pod);
        return [
          {
            service,
            port,
            target,
            answer,
            ...(serving === undefined || serving.port === target ? {} : { serving }),
            ...(inside === undefined ? {} : { inside }),
          },
        ];
      });
    }),
  claim: (scene, { service: { ref, name, namespace, service }, port, target, serving, inside, answer }) => {
    const { stack } = scene.observation.target;
    const protocol = service.spec?.ports?.find((one) => one.port === port)?.protocol ?? "TCP";
    const patch = { spec: { ports: [{ port, protocol, targetPort: serving?.port }] } };
    const listing = `kubectl get pods --namespace ${namespace} --selector ${quoted(
      Object.entries(service.spec?.selector ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(","),
    )}`;
    return {
      title:
        inside !== undefined
          ? `Port ${port} of the Service "${name}" leads to port ${target} of its pods, where the process listens only on ${inside.host}`
          : `Port ${port} of the Service "${name}" leads to port ${target} of its pods, where nothing listens${serving === undefined ? "" : `; they serve on ${serving.port}`}`,
      affected: [ref],
      evidence: [
        `${ref}: port ${port} has targetPort ${target}`,
        `the API server asked port ${target} of a pod: ${answer}`,
        ...(inside === undefined ? (serving === undefined ? [] : [serving.source]) : [inside.source]),
      ],
      mend:
        inside !== undefined
          ? [{ say: "Let the process listen on 0.0.0.0 or ::. In Node.js: server.listen(port) without a host." }]
          : serving === undefined
            ? [
                run("Show the pods, whose logs say where they listen:", listing),
                { say: `Then give port ${port} of the Service that port as its targetPort.` },
              ]
            : stack === undefined
              ? [
                  run(
                    `Point the port to ${serving.port}:`,
                    `kubectl patch ${ref} --namespace ${namespace} --patch ${quoted(JSON.stringify(patch))}`,
                  ),
                ]
              : [
                  run(
                    "The stack's setting is the port of the container:",
                    configure(stack, { key: "port", value: String(serving.port) }),
                  ),
                ],
    };
  },
});

/** The Service's TCP ports with their numbers in this pod. */
function targetsOf({ service }: ServiceFacts, { pod }: PodFacts): { port: number; target: number }[] {
  return (service.spec?.ports ?? []).flatMap((entry) => {
    const { number: target } = podPortOf(pod, entry);
    return (entry.protocol ?? "TCP") !== "TCP" || target === undefined ? [] : [{ port: entry.port, target }];
  });
}

/** Where the pod serves, according to a probe, to the API server's connection just now, or to the process's log. */
function servingPortOf({ observation: { reach } }: Scene, pod: PodFacts): Proof["serving"] {
  const probed = probedPort(pod);
  if (probed !== undefined)
    return { port: probed, source: `the readiness probe of the pods succeeds on port ${probed}` };
  const open = candidatesOf(pod).find((port) => reach?.openPorts?.includes(`${pod.podName}:${port}`));
  if (open !== undefined) return { port: open, source: `the API server asked port ${open} of a pod, which answers` };
  const [heard] = pod.containers
    .flatMap((container) => heardPorts(container))
    .filter(({ purpose, host }) => purpose === undefined && !isLoopback(host));
  return heard === undefined ? undefined : { port: heard.port, source: heard.source };
}

/** Ports that the pod is likely to serve on. */
const candidatesOf = ({ pod, containers }: PodFacts): number[] => [
  ...new Set([
    ...(pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports.map((one) => one.containerPort)),
    ...containers.flatMap((container) => toldPort(container)?.port ?? []),
  ]),
];

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

const isYoung = ({ containers, now }: PodFacts): boolean =>
  containers.some(({ runningSince }) => runningSince !== undefined && now - runningSince < settleMilliseconds);

/** Ports to test: Service targets that no probe has confirmed, then other ports on which the pod may serve. */
export function doubtfulPorts(scene: Scene): { pod: string; port: number }[] {
  const asked = servicesOf(scene).flatMap((service) => {
    const [pod] = service.well;
    if (pod === undefined) return [];
    const probed = probedPort(pod);
    // Without a probe, a pod is ready before its process listens.
    if (probed === undefined && isYoung(pod)) return [];
    const targets = targetsOf(service, pod)
      .map(({ target }) => target)
      .filter((target) => target !== probed);
    if (targets.length === 0) return [];
    return [...targets, ...(probed === undefined ? candidatesOf(pod) : [])].map((port) => ({ pod: pod.podName, port }));
  });
  return asked.filter(
    (one, index) => asked.findIndex(({ pod, port }) => pod === one.pod && port === one.port) === index,
  );
}
