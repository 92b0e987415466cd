import type { Scene } from "../facts/scene.ts";
import { servicesOf, type ServiceFacts } from "../facts/serviceFacts.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { restoreObject } from "../fixes/restoreObject.ts";
import { closeEnough } from "../nearest.ts";
import { probedPort } from "./service-wrong-target-port.ts";
import { sceneCause } from "./cause.ts";

interface Proof {
  service: ServiceFacts;
  port: number;
  target: string;
  names: string[];
}

/** A Service whose named target port exists in no container of its pods: its endpoints have no port. */
export const servicePortNameUnknown = sceneCause({
  code: "service-port-name-unknown",
  stage: "reach",
  recovery: "possible",
  proofs: (scene: Scene): Proof[] =>
    servicesOf(scene).flatMap((service) => {
      if (service.well.length === 0) return [];
      const names = [
        ...new Set(
          service.well.flatMap(({ pod }) =>
            (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports.map(({ name }) => name)),
          ),
        ),
      ].filter((name) => name !== undefined);
      return (service.service.spec?.ports ?? []).flatMap(({ port, targetPort }) =>
        typeof targetPort === "string" && !names.includes(targetPort)
          ? [{ service, port, target: targetPort, names }]
          : [],
      );
    }),
  claim: (
    {
      observation: {
        target: { stack },
      },
    },
    { service: { ref, name, namespace, service, well }, port, target, names },
  ) => {
    const [first] = well;
    const declared = (first?.pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
    const right =
      closeEnough(target, names) ??
      (first === undefined ? undefined : probedPort(first)) ??
      (declared.length === 1 ? (declared[0]?.name ?? declared[0]?.containerPort) : undefined);
    const all = (service.spec?.ports ?? []).map((one) =>
      one.port === port ? { port, protocol: one.protocol ?? "TCP", targetPort: right } : undefined,
    );
    return {
      title: `Port ${port} of the Service "${name}" leads to a port named "${target}", and no container of its pods has a port of that name`,
      affected: [ref],
      evidence: [
        `${ref}: port ${port} has targetPort "${target}"`,
        `named ports of its pods: ${names.map((one) => `"${one}"`).join(", ") || "none"}`,
      ],
      mend:
        right === undefined
          ? [
              {
                say: `Give a port of the container the name "${target}", or set targetPort to the number on which the process listens.`,
              },
            ]
          : stack !== undefined
            ? [restoreObject(stack, "the ports of the Service")]
            : [
                run(
                  `Point the port to ${typeof right === "string" ? `"${right}"` : right}:`,
                  `kubectl patch ${ref} --namespace ${namespace} --patch ${quoted(JSON.stringify({ spec: { ports: all.filter((one) => one !== undefined) } }))}`,
                ),
              ],
    };
  },
});
