import { wrongPort } from "../facts/wrongPort.ts";
import { changePort } from "../fixes/changeProbe.ts";
import { podCause } from "./cause.ts";

export const probeWrongPort = podCause({
  code: "probe-wrong-port",
  stage: "ready",
  recovery: "impossible",
  over: [
    "nothing-listens",
    "cpu-throttled",
    "liveness-kills-slow-start",
    "liveness-kills-busy-process",
    "not-ready-by-itself",
    "probe-timeout",
    "application-error",
  ],
  proof: wrongPort,
  claim: (pod, failing) => {
    const { probe, heard, container, evidence } = failing;
    const declared = container.spec.ports ?? [];
    const whose = container.role === "main" ? "" : ` of the ${container.role} "${container.name}"`;
    if (heard === undefined) {
      const [first] = declared;
      return {
        title: `The ${probe.kind} probe names the port "${probe.missingPort}", which container "${container.name}" does not declare`,
        container: container.name,
        evidence: [
          ...evidence,
          `declared ports: ${declared.map(({ name, containerPort }) => `${name ?? "(no name)"} ${containerPort}`).join(", ") || "none"}`,
        ],
        mend:
          first === undefined
            ? [{ say: "Declare a port of that name in the container's ports, or use the number in the probe." }]
            : changePort(pod, failing, "Use the port that is declared:", first.name ?? first.containerPort),
      };
    }
    return {
      title: `The ${probe.kind} probe${whose} uses port ${probe.port}, but the process listens on port ${heard.port}`,
      container: container.name,
      evidence: [...evidence, heard.source],
      mend: [
        ...changePort(pod, failing, "Let the probes ask the port on which the process listens:", heard.port),
        {
          say: "Use one number for the probes, containerPort, the Service's targetPort and the program's setting. Best, let probes and Service refer to the port by name.",
        },
      ],
    };
  },
});
