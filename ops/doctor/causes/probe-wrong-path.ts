import { failingProbes } from "../facts/failingProbe.ts";
import type { ProbeFacts } from "../facts/probeFacts.ts";
import { timedOut } from "../facts/probeReport.ts";
import { changeProbe, checkPortInstead } from "../fixes/changeProbe.ts";
import { podCause } from "./cause.ts";

/** A liveness probe that got no answer and did not kill failed while the process was starting. Now another probe is answered. */
const passes = ({ kind, report, kill }: ProbeFacts): boolean =>
  report === undefined ||
  (kind === "liveness" && kill === undefined && (timedOut(report) || report.answer === "refused"));

export const probeWrongPath = podCause({
  code: "probe-wrong-path",
  stage: "ready",
  recovery: "impossible",
  over: [
    "not-ready-by-itself",
    "liveness-kills-busy-process",
    "liveness-kills-slow-start",
    "liveness-check-fails",
    "application-error",
    "exits-by-itself",
    "process-crashed",
    "cpu-throttled",
  ],
  proof: (pod) =>
    failingProbes(pod).find(
      ({ report }) =>
        report.answer === "status" &&
        (report.status ?? 0) >= 400 &&
        (report.status ?? 0) < 500 &&
        ![408, 425, 429].includes(report.status ?? 0),
    ),
  claim: (pod, failing) => {
    const { probe, report, container, evidence } = failing;
    const path = probe.spec.httpGet?.path ?? "/";
    const denied = report.status === 401 || report.status === 403;
    // A path that another probe of the container requests successfully.
    const other = container.probes.find(
      (one) =>
        one.kind !== probe.kind &&
        passes(one) &&
        one.spec.httpGet?.path !== undefined &&
        one.spec.httpGet.path !== path,
    )?.spec.httpGet?.path;
    const killed = failing.kills ? ", so the container is killed" : "";
    const usual = probe.kind === "readiness" ? "/ready" : "/healthz";
    const setting = { key: `${probe.kind}Path`, value: other ?? usual };
    return {
      title: denied
        ? `The ${probe.kind} probe requests ${path}, and the process requires a sign-in for it (${report.status})${killed}`
        : `The ${probe.kind} probe requests ${path}, and the process answers with ${report.status}${killed}`,
      container: container.name,
      evidence,
      mend: [
        ...(other !== undefined || pod.observation.target.stack !== undefined
          ? changeProbe(
              pod,
              failing,
              "Use a path that the process answers with 200.",
              { httpGet: { path: other ?? usual } },
              setting,
            )
          : [
              {
                say: denied
                  ? `Let the process answer ${path} without a sign-in, or use a path that needs none.`
                  : "Use a path that the process answers with 200.",
              },
            ]),
        ...checkPortInstead(pod, failing, "If it has none, check only that its port is open:"),
      ],
    };
  },
});
