import { failingProbes } from "../facts/failingProbe.ts";
import { changeProbe } from "../fixes/changeProbe.ts";
import { podCause } from "./cause.ts";

export const probeTimeout = podCause({
  code: "probe-timeout",
  stage: "ready",
  recovery: "possible",
  proof: (pod) =>
    failingProbes(pod).find(({ report, kills }) => ["timeout", "exec-timeout"].includes(report.answer) && !kills),
  claim: (pod, failing) => {
    const { probe, container, evidence } = failing;
    const seconds = probe.spec.timeoutSeconds ?? 1;
    return {
      title: `${failing.report.answer === "exec-timeout" ? "The command of" : "The process does not answer"} the ${probe.kind} probe ${failing.report.answer === "exec-timeout" ? "takes longer than" : "within"} ${seconds} s`,
      container: container.name,
      evidence,
      mend: [
        ...changeProbe(
          pod,
          failing,
          "If the answer is correct but slow, raise the timeout.",
          { timeoutSeconds: seconds * 3, periodSeconds: Math.max(probe.spec.periodSeconds ?? 10, seconds * 3) },
          { key: `${probe.kind}TimeoutSeconds`, value: String(seconds * 3) },
        ),
        { say: "Do not let the probed path depend on anything slow, such as a database or other services." },
      ],
    };
  },
});
