/** So little CPU that the process cannot answer its probes in time. */
import type { Diagnosis } from "../finding.ts";
import { livenessKill } from "../health.ts";
import { amount, millicores } from "../quantity.ts";
import { resources } from "../remedy.ts";
import { type ContainerView, nameOf, quoteEvent, type Subject } from "../subject.ts";
import { answerIn, probeFailure, type ProbeKind } from "./probes.ts";

/** From this limit on a Node process answers a probe in time unless it is busy by itself. */
const enoughCores = 0.25;
/** Without counters, only a limit this small is taken for the reason. */
const hopelessCores = 0.1;
const throttledShare = 0.5;

export function throttling(subject: Subject): Diagnosis | undefined {
  for (const container of subject.containers) {
    const { status, spec } = container;
    const limit = amount(spec.resources?.limits?.cpu);
    if (limit === undefined || limit >= enoughCores || status === undefined) continue;
    if (status.ready && livenessKill(subject, container) === undefined) continue;
    const failure = slowAnswer(subject, container);
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
      title: `Its CPU limit of ${spec.resources?.limits?.cpu} holds it back: it cannot answer its probes in time`,
      container: container.name,
      evidence: [
        `${nameOf(subject, container)}: ${quoteEvent(failure)}`,
        throttled !== undefined
          ? `the kernel held it back in ${Math.round(throttled * 100)} % of its periods`
          : cpuCores !== undefined
            ? `it uses ${millicores(cpuCores)} of ${spec.resources?.limits?.cpu}`
            : `a limit of ${spec.resources?.limits?.cpu} is ${Math.round(limit * 100)} ms in each 100 ms at most`,
      ],
      mend: [resources(subject, container.name, "limits", "cpu", "500m")],
    };
  }
  return undefined;
}

/** A probe's time ran out, or nothing listened yet because the start takes so long. */
function slowAnswer(subject: Subject, container: ContainerView) {
  const kinds: ProbeKind[] = ["liveness", "startup", "readiness"];
  return kinds
    .map((kind) => probeFailure(subject, container, kind))
    .find((event) => event !== undefined && ["timeout", "refused"].includes(answerIn(event.message ?? "").answer));
}
