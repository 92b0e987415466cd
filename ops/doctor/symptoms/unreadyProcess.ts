/** The process runs and can be reached, but is not ready. */
import type { Diagnosis } from "../finding.ts";
import { inNamespace, setting } from "../remedy.ts";
import { nameOf, quoteEvent, type PodView } from "../podView.ts";
import { answerIn, describeProbe, probeFailure, probeOf } from "./probeFailure.ts";

export function unready(view: PodView): Diagnosis | undefined {
  for (const container of view.containers) {
    const { status } = container;
    if (container.init || status?.state?.running === undefined || status.ready) continue;
    for (const kind of ["startup", "readiness"] as const) {
      const probe = probeOf(container, kind);
      const failure = probeFailure(view, container, kind);
      if (probe === undefined || failure === undefined) continue;
      const { answer, status: code } = answerIn(failure.message ?? "");
      const seen = {
        container: container.name,
        evidence: [`${nameOf(view, container)}: ${quoteEvent(failure)}`, describeProbe(kind, probe)],
      };
      if (answer === "timeout") {
        return {
          ...seen,
          code: "probe-timeout",
          title: `The process does not answer the ${kind} probe within ${probe.timeoutSeconds ?? 1} s`,
          mend: [
            setting(
              view,
              "If the answer is correct but slow, raise the timeout.",
              `${kind}TimeoutSeconds`,
              String((probe.timeoutSeconds ?? 1) * 3),
              `kubectl edit ${view.owner} ${inNamespace(view)}`,
            ),
            { say: "Do not let the probed path depend on anything slow, such as a database or other services." },
          ],
        };
      }
      return {
        ...seen,
        code: "not-ready-by-itself",
        title:
          code === undefined
            ? `The process fails its ${kind} probe`
            : `The process reports that it is not ready (${code})`,
        mend: [
          {
            say: "Find out from its log what it is waiting for:",
            command: `kubectl logs ${inNamespace(view)} ${view.podName} --container ${container.name}`,
          },
        ],
      };
    }
  }
  return undefined;
}
