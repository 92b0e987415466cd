/** The kubelet restarts a process that is merely slow to start, or busy. */
import type { Diagnosis, Step } from "../finding.ts";
import { livenessKill } from "../health.ts";
import { lastSeen, type Probe } from "../kinds.ts";
import { edit, setting, inNamespace } from "../remedy.ts";
import { type ContainerView, lastEnd, nameOf, quoteEvent, type Subject } from "../subject.ts";
import { answerIn, budget, describeProbe, probeFailure, probeOf } from "./probes.ts";

/** Seconds that a probe's schedule and the kubelet's own rounds add to the arithmetic. */
const slackSeconds = 3;

export function liveness(subject: Subject): Diagnosis | undefined {
  for (const container of subject.containers) {
    const kill = livenessKill(subject, container);
    if (kill === undefined) continue;
    const kind = /failed startup probe/.test(kill.message ?? "") ? "startup" : "liveness";
    const probe = probeOf(container, kind);
    if (probe === undefined) continue;
    const failure = probeFailure(subject, container, kind);
    const { answer, status } = answerIn(failure?.message ?? "");
    const lived = lifetime(container, lastSeen(kill));
    const allowed = budget(probe);
    const seen = {
      container: container.name,
      evidence: [
        `${nameOf(subject, container)}: ${quoteEvent(kill)} (${container.status?.restartCount ?? 0} restarts)`,
        ...(failure === undefined ? [] : [quoteEvent(failure)]),
        describeProbe(kind, probe),
        ...(lived === undefined
          ? []
          : [`it was killed ${lived} s after its start; the probe allows ${allowed} s for starting`]),
      ],
    };
    const never =
      kind === "startup" ||
      answer === "refused" ||
      (answer === "timeout" && lived !== undefined && lived <= allowed + (probe.timeoutSeconds ?? 1) + slackSeconds);
    if (never && status === undefined) {
      return {
        ...seen,
        code: "liveness-kills-slow-start",
        title: `It is killed before it has started: the ${kind} probe gives it ${allowed} s`,
        mend: startSteps(subject, container, allowed),
      };
    }
    return {
      ...seen,
      code: "liveness-kills-busy-process",
      title:
        status === undefined
          ? `It is killed while it is busy: it does not answer the ${kind} probe within ${probe.timeoutSeconds ?? 1} s`
          : `It is killed because it answers the ${kind} probe with ${status}`,
      mend: busySteps(subject, probe),
    };
  }
  return undefined;
}

/** Seconds from a container's start to the kubelet's decision to kill it, for the run that ended last. */
function lifetime(container: ContainerView, killed: number): number | undefined {
  const end = lastEnd(container);
  const started = Date.parse(end?.startedAt ?? container.status?.state?.running?.startedAt ?? "");
  const decided = killed >= started ? killed : Date.parse(end?.finishedAt ?? "");
  const seconds = Math.round((decided - started) / 1000);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

function startSteps(subject: Subject, container: ContainerView, allowed: number): Step[] {
  const more = String(Math.max(30, allowed * 3));
  const kubectl = `kubectl patch ${subject.owner} ${inNamespace(subject)} --patch '{"spec":{"template":{"spec":{"containers":[{"name":"${container.name}","livenessProbe":{"initialDelaySeconds":${more}}}]}}}}'`;
  return [
    setting(
      subject,
      "Give it the time it needs: a startup probe, or a later first check.",
      "livenessInitialDelaySeconds",
      more,
      kubectl,
    ),
    { say: "Or let it listen first and load afterwards, with /ready at 503 meanwhile." },
  ];
}

function busySteps(subject: Subject, probe: Probe): Step[] {
  return [
    edit(
      subject,
      "Let liveness be patient: a longer timeout, more failures. It is for processes that are beyond help.",
      "livenessFailureThreshold",
      String(Math.max(6, (probe.failureThreshold ?? 3) * 2)),
    ),
    { say: "Keep work off the event loop (worker threads, streams), and what liveness asks free of dependencies." },
  ];
}
