/** The kubelet restarts a process that is only slow to start or busy. */
import type { Diagnosis, Step } from "../finding.ts";
import { livenessKill } from "../podHealth.ts";
import { lastSeen, type Probe } from "../../cluster/kubernetesObjects.ts";
import { edit, setting, inNamespace } from "../remedy.ts";
import { type ContainerView, lastEnd, nameOf, quoteEvent, type PodView } from "../podView.ts";
import { answerIn, budget, describeProbe, probeFailure, probeOf } from "./probeFailure.ts";

/** Seconds by which the kubelet's scheduling of probes may delay a kill. */
const slackSeconds = 3;

export function liveness(view: PodView): Diagnosis | undefined {
  for (const container of view.containers) {
    const kill = livenessKill(view, container);
    if (kill === undefined) continue;
    const kind = /failed startup probe/.test(kill.message ?? "") ? "startup" : "liveness";
    const probe = probeOf(container, kind);
    if (probe === undefined) continue;
    const failure = probeFailure(view, container, kind);
    const { answer, status } = answerIn(failure?.message ?? "");
    const lived = lifetime(container, lastSeen(kill));
    const allowed = budget(probe);
    const seen = {
      container: container.name,
      evidence: [
        `${nameOf(view, container)}: ${quoteEvent(kill)} (${container.status?.restartCount ?? 0} restarts)`,
        ...(failure === undefined ? [] : [quoteEvent(failure)]),
        describeProbe(kind, probe),
        ...(lived === undefined
          ? []
          : [`the container was killed ${lived} s after its start; the probe allows ${allowed} s`]),
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
        title: `The container is killed before it has started: the ${kind} probe allows ${allowed} s`,
        mend: startSteps(view, container, allowed),
      };
    }
    return {
      ...seen,
      code: "liveness-kills-busy-process",
      title:
        status === undefined
          ? `The container is killed while it is busy: it does not answer the ${kind} probe within ${probe.timeoutSeconds ?? 1} s`
          : `The container is killed because it answers the ${kind} probe with ${status}`,
      mend: busySteps(view, probe),
    };
  }
  return undefined;
}

/** Seconds from the start of the container's last run to the kubelet's decision to kill it. */
function lifetime(container: ContainerView, killed: number): number | undefined {
  const end = lastEnd(container);
  const started = Date.parse(end?.startedAt ?? container.status?.state?.running?.startedAt ?? "");
  const decided = killed >= started ? killed : Date.parse(end?.finishedAt ?? "");
  const seconds = Math.round((decided - started) / 1000);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

function startSteps(view: PodView, container: ContainerView, allowed: number): Step[] {
  const more = String(Math.max(30, allowed * 3));
  const kubectl = `kubectl patch ${view.owner} ${inNamespace(view)} --patch '{"spec":{"template":{"spec":{"containers":[{"name":"${container.name}","livenessProbe":{"initialDelaySeconds":${more}}}]}}}}'`;
  return [
    setting(
      view,
      "Allow more time to start: add a startup probe, or delay the first liveness check.",
      "livenessInitialDelaySeconds",
      more,
      kubectl,
    ),
    { say: "Or listen first and load afterwards, and answer /ready with 503 until then." },
  ];
}

function busySteps(view: PodView, probe: Probe): Step[] {
  return [
    edit(
      view,
      "Make the liveness probe more tolerant: a longer timeout, more failures. Liveness is for processes that cannot recover.",
      "livenessFailureThreshold",
      String(Math.max(6, (probe.failureThreshold ?? 3) * 2)),
    ),
    {
      say: "Keep long work off the event loop (worker threads, streams), and let the liveness path depend on nothing else.",
    },
  ];
}
