/** The process is well; the probe asks the wrong port or path, or the process listens where no probe can reach it. */
import type { Diagnosis } from "../finding.ts";
import { livenessKill } from "../health.ts";
import type { Event, Probe } from "../kinds.ts";
import { edit, rebuild, setting, inNamespace } from "../remedy.ts";
import { type ContainerView, lastEnd, nameOf, quoteEvent, type Subject } from "../subject.ts";
import { isLoopback, listening } from "./listening.ts";
import { answerIn, describeProbe, portOf, probeFailure, probeOf, type ProbeKind } from "./probes.ts";

export function wrongProbe(subject: Subject): Diagnosis | undefined {
  for (const container of subject.containers.filter(({ init }) => !init)) {
    for (const kind of ["startup", "liveness", "readiness"] as const) {
      const probe = probeOf(container, kind);
      const failure = probeFailure(subject, container, kind);
      if (probe === undefined || failure === undefined || !counts(subject, container, kind)) continue;
      const found = judge(subject, container, kind, probe, failure);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A probe's failures matter once they killed the container, or while they keep it from being ready. */
function counts(subject: Subject, container: ContainerView, kind: ProbeKind): boolean {
  const killed = livenessKill(subject, container) !== undefined;
  if (kind !== "readiness") return killed;
  // A process that ends by itself every now and then is not ready in between: its end is the fault.
  const end = lastEnd(container);
  if (end !== undefined && end.exitCode !== 0 && !killed) return false;
  return container.status?.state?.running !== undefined && !container.status.ready;
}

function judge(
  subject: Subject,
  container: ContainerView,
  kind: ProbeKind,
  probe: Probe,
  failure: Event,
): Diagnosis | undefined {
  const { answer, status } = answerIn(failure.message ?? "");
  const about = {
    container: container.name,
    evidence: [`${nameOf(subject, container)}: ${quoteEvent(failure)}`, describeProbe(kind, probe)],
  };
  if (answer === "client-error") {
    const path = probe.httpGet?.path ?? "/";
    return {
      ...about,
      code: "probe-wrong-path",
      title: `The ${kind} probe asks for ${path}, which the process answers with ${status}`,
      mend: [
        setting(
          subject,
          "Give the probe a path that the process answers with 200.",
          `${kind}Path`,
          kind === "readiness" ? "/ready" : "/healthz",
          `kubectl edit ${subject.owner} ${inNamespace(subject)}`,
        ),
      ],
    };
  }
  const port = portOf(container, probe);
  const unnamed = port === undefined && probe.exec === undefined;
  if (answer !== "refused" && !unnamed) return undefined;
  const heard = listening(container);
  if (heard !== undefined && heard.port !== port) {
    return {
      ...about,
      code: "probe-wrong-port",
      title: `The ${kind} probe asks port ${port ?? probe.httpGet?.port ?? "?"}, and the process listens on ${heard.port}`,
      evidence: [...about.evidence, heard.source],
      mend: [
        setting(
          subject,
          "Give probes, containerPort and PORT one number; best, let probes name the port.",
          "port",
          String(heard.port),
          `kubectl edit ${subject.owner} ${inNamespace(subject)}`,
        ),
      ],
    };
  }
  if (heard !== undefined && isLoopback(heard.host)) {
    return {
      ...about,
      code: "bound-to-loopback",
      title: `The process listens on ${heard.host} only, where nothing outside its pod can reach it`,
      evidence: [...about.evidence, heard.source],
      mend: [rebuild(subject, "Let it listen on 0.0.0.0 (or ::), in Node: server.listen(port) without a host.")],
    };
  }
  return kind === "readiness" ? silent(subject, container, port, about) : undefined;
}

/** Nothing answers on the port, and the process does not say where it listens. */
function silent(
  subject: Subject,
  container: ContainerView,
  port: number | undefined,
  about: Pick<Diagnosis, "container" | "evidence">,
): Diagnosis {
  const declared = (container.spec.ports ?? []).map(({ containerPort }) => containerPort).join(", ");
  return {
    ...about,
    code: "nothing-listens",
    title: `Nothing listens on port ${port ?? "of the probe"} of the pod`,
    evidence: [
      ...about.evidence,
      `the container declares ${declared === "" ? "no port" : `port ${declared}`}; its log does not say where it listens`,
    ],
    mend: [
      {
        say: "See what it does and where it listens:",
        command: `kubectl logs ${inNamespace(subject)} ${subject.podName} --container ${container.name}`,
      },
      edit(subject, "Another port: correct the probe. Only 127.0.0.1: let it listen on 0.0.0.0."),
    ],
  };
}
