import { lastSeen } from "../../cluster/kubernetesObjects.ts";
import { type FailingProbe, failingProbes, lifetime } from "../facts/failingProbe.ts";
import { heardPorts } from "../facts/listeningPorts.ts";
import { budget } from "../facts/probeFacts.ts";
import { timedOut } from "../facts/probeReport.ts";
import { changeContainer, changedBy } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** Seconds by which the kubelet's scheduling of probes may delay a kill. */
const slackSeconds = 3;
/** Seconds that a start may take after the fix. */
const patience = 300;

export const livenessKillsSlowStart = podCause({
  code: "liveness-kills-slow-start",
  stage: "run",
  recovery: "possible",
  over: [
    "liveness-kills-busy-process",
    "application-error",
    "exits-by-itself",
    "process-crashed",
    "not-ready-by-itself",
    "nothing-listens",
    "probe-timeout",
  ],
  proof: (pod) => {
    for (const failing of failingProbes(pod)) {
      if (!failing.kills) continue;
      const lived = lifetime(failing, lastSeen(failing.probe.kill ?? { involvedObject: {}, metadata: {} }));
      if (neverAnswered(failing, lived)) return { ...failing, lived, allowed: budget(failing.probe.spec) };
    }
    return undefined;
  },
  claim: (pod, { probe, container, evidence, lived, allowed }) => {
    const period = probe.spec.periodSeconds ?? 10;
    const threshold = Math.ceil(Math.max(patience, allowed * 3) / period);
    const { livenessProbe } = container.spec;
    const { httpGet, tcpSocket, exec, grpc, timeoutSeconds } = livenessProbe ?? {};
    const action = JSON.parse(JSON.stringify({ httpGet, tcpSocket, exec, grpc, timeoutSeconds })) as object;
    const changed = changedBy(pod);
    const more = String(Math.max(60, allowed * 3));
    return {
      title: `The container is killed before it has started: the ${probe.kind} probe allows ${allowed} s`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(lived === undefined
          ? []
          : [`the container was killed ${lived} s after its start; the probe allows ${allowed} s`]),
      ],
      mend: [
        ...(probe.kind === "startup"
          ? changeContainer(
              changed,
              container.name,
              "Let the startup probe wait longer. It costs nothing: the probe ends with the first success.",
              { startupProbe: { failureThreshold: threshold } },
            )
          : changeContainer(
              changed,
              container.name,
              "Allow more time to start with a startup probe; the liveness probe waits for its first success:",
              { startupProbe: { ...action, periodSeconds: period, failureThreshold: threshold } },
              { key: "livenessInitialDelaySeconds", value: more },
            )),
        { say: "Or listen first and load afterwards, and answer the readiness probe with 503 until then." },
      ],
    };
  },
});

/** Whether the container was killed without ever having answered. */
function neverAnswered({ probe, report, container }: FailingProbe, lived: number | undefined): boolean {
  const listened = heardPorts(container).some(({ port }) => port === probe.port);
  if (["refused", "closed", "unreachable"].includes(report.answer)) return !listened;
  // A process that answers with a status has started, unless the status means that it is not ready yet.
  if (report.answer === "status") return probe.kind === "startup" && [425, 429, 503].includes(report.status ?? 0);
  if (!timedOut(report)) return probe.kind === "startup" && report.answer !== "exec-missing";
  if (probe.kind === "startup") return true;
  return (
    !listened && lived !== undefined && lived <= budget(probe.spec) + (probe.spec.timeoutSeconds ?? 1) + slackSeconds
  );
}
