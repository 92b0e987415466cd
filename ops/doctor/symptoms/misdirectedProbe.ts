/** The process works, but the probe uses the wrong port or path, or the process listens where no probe can reach it. */
import type { Diagnosis } from "../finding.ts";
import { livenessKill } from "../podHealth.ts";
import type { Event, Probe } from "../../cluster/kubernetesObjects.ts";
import { edit, rebuild, setting, inNamespace } from "../remedy.ts";
import { type ContainerView, lastEnd, nameOf, quoteEvent, type PodView } from "../podView.ts";
import { isLoopback, listening } from "./listeningAddress.ts";
import { answerIn, describeProbe, portOf, probeFailure, probeOf, type ProbeKind } from "./probeFailure.ts";

export function wrongProbe(view: PodView): Diagnosis | undefined {
  for (const container of view.containers.filter(({ init }) => !init)) {
    for (const kind of ["startup", "liveness", "readiness"] as const) {
      const probe = probeOf(container, kind);
      const failure = probeFailure(view, container, kind);
      if (probe === undefined || failure === undefined || !counts(view, container, kind)) continue;
      const found = judge(view, container, kind, probe, failure);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Failures of a probe count if they killed the container or keep it from becoming ready. */
function counts(view: PodView, container: ContainerView, kind: ProbeKind): boolean {
  const killed = livenessKill(view, container) !== undefined;
  if (kind !== "readiness") return killed;
  // A process that keeps ending is not ready in between, so its end is the cause.
  const end = lastEnd(container);
  if (end !== undefined && end.exitCode !== 0 && !killed) return false;
  return container.status?.state?.running !== undefined && !container.status.ready;
}

function judge(
  view: PodView,
  container: ContainerView,
  kind: ProbeKind,
  probe: Probe,
  failure: Event,
): Diagnosis | undefined {
  const { answer, status } = answerIn(failure.message ?? "");
  const about = {
    container: container.name,
    evidence: [`${nameOf(view, container)}: ${quoteEvent(failure)}`, describeProbe(kind, probe)],
  };
  if (answer === "client-error") {
    const path = probe.httpGet?.path ?? "/";
    return {
      ...about,
      code: "probe-wrong-path",
      title: `The ${kind} probe requests ${path}, and the process answers with ${status}`,
      mend: [
        setting(
          view,
          "Use a path that the process answers with 200.",
          `${kind}Path`,
          kind === "readiness" ? "/ready" : "/healthz",
          `kubectl edit ${view.owner} ${inNamespace(view)}`,
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
      title: `The ${kind} probe uses port ${port ?? probe.httpGet?.port ?? "?"}, but the process listens on port ${heard.port}`,
      evidence: [...about.evidence, heard.source],
      mend: [
        setting(
          view,
          "Use one port number for the probes, containerPort, and PORT. Best, let the probes refer to the port by name.",
          "port",
          String(heard.port),
          `kubectl edit ${view.owner} ${inNamespace(view)}`,
        ),
      ],
    };
  }
  if (heard !== undefined && isLoopback(heard.host)) {
    return {
      ...about,
      code: "bound-to-loopback",
      title: `The process listens only on ${heard.host}, which cannot be reached from outside its pod`,
      evidence: [...about.evidence, heard.source],
      mend: [rebuild(view, "Listen on 0.0.0.0 or ::. In Node.js: server.listen(port) without a host.")],
    };
  }
  return kind === "readiness" ? silent(view, container, port, about) : undefined;
}

/** Nothing answers on the port, and the log does not say where the process listens. */
function silent(
  view: PodView,
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
      `the container declares ${declared === "" ? "no port" : `port ${declared}`}; the log does not say where the process listens`,
    ],
    mend: [
      {
        say: "Find out from its log what the process does and where it listens:",
        command: `kubectl logs ${inNamespace(view)} ${view.podName} --container ${container.name}`,
      },
      edit(
        view,
        "If it listens on another port, correct the probe. If it listens only on 127.0.0.1, change that to 0.0.0.0.",
      ),
    ],
  };
}
