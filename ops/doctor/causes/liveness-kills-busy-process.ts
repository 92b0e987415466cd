import { lastSeen } from "../../cluster/kubernetesObjects.ts";
import { failingProbes, lifetime } from "../facts/failingProbe.ts";
import { lastLines } from "../facts/logFacts.ts";
import { timedOut } from "../facts/probeReport.ts";
import { changeProbe } from "../fixes/changeProbe.ts";
import { readLog } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

/** Seconds that a process may stay unresponsive after the fix. */
const patience = 120;

export const livenessKillsBusyProcess = podCause({
  code: "liveness-kills-busy-process",
  stage: "run",
  recovery: "possible",
  over: [
    "application-error",
    "exits-by-itself",
    "process-crashed",
    "probe-timeout",
    "not-ready-by-itself",
    "nothing-listens",
  ],
  proof: (pod) =>
    failingProbes(pod).find(
      ({ kills, report }) =>
        kills && !["status", "exec-failed", "exec-missing", "grpc-not-serving"].includes(report.answer),
    ),
  claim: (pod, failing) => {
    const { probe, container, evidence, report } = failing;
    const { timeoutSeconds = 1, failureThreshold = 3, periodSeconds = 10 } = probe.spec;
    const threshold = Math.max(6, failureThreshold * 2, Math.ceil(patience / periodSeconds));
    const lived = lifetime(failing, lastSeen(probe.kill ?? { involvedObject: {}, metadata: {} }));
    const silent = timedOut(report);
    return {
      title: silent
        ? `The container is killed while it is busy: it does not answer the ${probe.kind} probe within ${timeoutSeconds} s`
        : `The container is killed because the ${probe.kind} probe gets no answer from it (${report.answer === "refused" ? "its port is closed again" : report.answer})`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(lived === undefined ? [] : [`the container was killed ${lived} s after its start`]),
        ...lastLines(container.log, 3),
      ],
      mend: [
        ...changeProbe(
          pod,
          failing,
          "Make the liveness probe more tolerant: a longer timeout, more failures. Liveness is for processes that cannot recover.",
          { timeoutSeconds: timeoutSeconds * 5, failureThreshold: threshold },
          { key: "livenessFailureThreshold", value: String(threshold) },
        ),
        readLog(pod, container, "Find out what keeps it busy:"),
        {
          say: "Keep long work off the event loop (worker threads, streams), and let the liveness path depend on nothing else.",
        },
      ],
    };
  },
});
