/** The CPU limit is so low that the process cannot answer its probes in time. */
import type { Diagnosis } from "../finding.ts";
import { livenessKill } from "../podHealth.ts";
import { amount, millicores } from "../resourceAmount.ts";
import { resources } from "../remedy.ts";
import { type ContainerView, nameOf, quoteEvent, type PodView } from "../podView.ts";
import { answerIn, probeFailure, type ProbeKind } from "./probeFailure.ts";

/** With this limit, a Node.js process answers a probe in time unless its own work keeps it busy. */
const enoughCores = 0.25;
/** Without usage data, only a limit this low counts as the cause. */
const hopelessCores = 0.1;
const throttledShare = 0.5;

export function throttling(view: PodView): Diagnosis | undefined {
  for (const container of view.containers) {
    const { status, spec } = container;
    const limit = amount(spec.resources?.limits?.cpu);
    if (limit === undefined || limit >= enoughCores || status === undefined) continue;
    if (status.ready && livenessKill(view, container) === undefined) continue;
    const failure = slowAnswer(view, container);
    if (failure === undefined) continue;
    const { throttled, cpuCores } = container.usage ?? {};
    const seen =
      throttled !== undefined
        ? throttled >= throttledShare
        : cpuCores !== undefined
          ? cpuCores >= limit * 0.8
          : limit <= hopelessCores;
    if (!seen) continue;
    return {
      code: "cpu-throttled",
      title: `The CPU limit of ${spec.resources?.limits?.cpu} throttles the container, so it cannot answer its probes in time`,
      container: container.name,
      evidence: [
        `${nameOf(view, container)}: ${quoteEvent(failure)}`,
        throttled !== undefined
          ? `the kernel throttled it in ${Math.round(throttled * 100)} % of its scheduling periods`
          : cpuCores !== undefined
            ? `the container uses ${millicores(cpuCores)} of its ${spec.resources?.limits?.cpu}`
            : `a limit of ${spec.resources?.limits?.cpu} allows at most ${Math.round(limit * 100)} ms of CPU time in each 100 ms`,
      ],
      mend: [resources(view, container.name, "limits", "cpu", "500m")],
    };
  }
  return undefined;
}

/** The probe timed out, or nothing listens yet because the start takes so long. */
function slowAnswer(view: PodView, container: ContainerView) {
  const kinds: ProbeKind[] = ["liveness", "startup", "readiness"];
  return kinds
    .map((kind) => probeFailure(view, container, kind))
    .find((event) => event !== undefined && ["timeout", "refused"].includes(answerIn(event.message ?? "").answer));
}
