import { failingProbes, wasRedirected } from "../facts/failingProbe.ts";
import { wrongPort } from "../facts/wrongPort.ts";
import { timedOut } from "../facts/probeReport.ts";
import { amount, millicores } from "../resourceAmount.ts";
import { changedBy, setResource } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** With at least this limit, a Node.js process answers a probe in time unless its own work keeps it busy. */
const enoughCores = 0.25;
/** Without usage data, only a limit this low counts as the cause. */
const hopelessCores = 0.05;
const throttledShare = 0.5;

export const cpuThrottled = podCause({
  code: "cpu-throttled",
  stage: "run",
  recovery: "possible",
  over: ["probe-timeout", "nothing-listens", "liveness-kills-slow-start", "liveness-kills-busy-process"],
  proof: (pod) => {
    for (const failing of failingProbes(pod)) {
      const { container, report } = failing;
      const limit = amount(container.spec.resources?.limits?.cpu);
      // It timed out, or nothing listens yet because the start takes too long.
      if (
        limit === undefined ||
        limit >= enoughCores ||
        !(timedOut(report) || report.answer === "refused") ||
        wasRedirected(failing)
      )
        continue;
      const { throttled, cpuCores } = container.usage ?? {};
      const seen =
        throttled !== undefined
          ? throttled >= throttledShare
          : cpuCores !== undefined
            ? cpuCores >= limit * 0.8
            : limit <= hopelessCores;
      if (seen) return { ...failing, limit };
    }
    return undefined;
  },
  contradiction: (pod) => (wrongPort(pod) === undefined ? undefined : "the process listens, on another port"),
  claim: (pod, { container, evidence, limit }) => {
    const { throttled, cpuCores } = container.usage ?? {};
    const written = container.spec.resources?.limits?.cpu;
    return {
      title: `The CPU limit of ${written} throttles the container, so it cannot answer its probes in time`,
      container: container.name,
      evidence: [
        ...evidence,
        throttled !== undefined
          ? `the kernel throttled it in ${Math.round(throttled * 100)} % of its scheduling periods`
          : cpuCores !== undefined
            ? `the container uses ${millicores(cpuCores)} of its ${written}`
            : `a limit of ${written} allows at most ${Math.round(limit * 100)} ms of CPU time in each 100 ms`,
      ],
      mend: setResource(changedBy(pod), container.name, "Raise the limit: cpu 500m.", "limits", "cpu", "500m"),
    };
  },
});
