import { failingProbes } from "../facts/failingProbe.ts";
import { timedOut } from "../facts/probeReport.ts";
import { changeProbe } from "../fixes/changeProbe.ts";
import { podCause } from "./cause.ts";

export const probeTimeout = podCause({
  code: "probe-timeout",
  stage: "ready",
  recovery: "possible",
  proof: (pod) => failingProbes(pod).find(({ report, kills }) => timedOut(report) && !kills),
  claim: (pod, failing) => {
    const { probe, container, evidence } = failing;
    const seconds = probe.spec.timeoutSeconds ?? 1;
    // The response time is unknown, except that it exceeds this.
    const longer = Math.max(10, seconds * 3);
    return {
      title:
        failing.report.answer === "grpc-no-connection"
          ? `The ${probe.kind} probe gets no gRPC connection to port ${probe.port} within ${seconds} s`
          : `${failing.report.answer === "exec-timeout" ? "The command of" : "The process does not answer"} the ${probe.kind} probe ${failing.report.answer === "exec-timeout" ? "takes longer than" : "within"} ${seconds} s`,
      container: container.name,
      evidence,
      mend: [
        ...changeProbe(
          pod,
          failing,
          "If the answer is correct but slow, raise the timeout.",
          { timeoutSeconds: longer, periodSeconds: Math.max(probe.spec.periodSeconds ?? 10, longer) },
          { key: `${probe.kind}TimeoutSeconds`, value: String(longer) },
        ),
        { say: "Do not let the probed path depend on anything slow, such as a database or other services." },
      ],
    };
  },
});
