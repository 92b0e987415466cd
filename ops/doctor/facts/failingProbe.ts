/** The probes of a pod that currently matter: they killed their container, or keep it from becoming ready. */
import { quoteEvent } from "./eventFacts.ts";
import { type ContainerFacts, nameOf, type PodFacts } from "./podFacts.ts";
import { describeProbe, type ProbeFacts } from "./probeFacts.ts";
import type { ProbeReport } from "./probeReport.ts";

export interface FailingProbe {
  container: ContainerFacts;
  probe: ProbeFacts;
  report: ProbeReport;
  /** Whether it killed the container. Then the kubelet ended the container, whatever the exit code. */
  kills: boolean;
  evidence: string[];
}

/** Probes that kill come first. A probe without a report has no event in the last hour. */
export function failingProbes(pod: PodFacts): FailingProbe[] {
  return pod.containers
    .filter(({ role }) => role !== "init")
    .flatMap((container) =>
      container.probes.flatMap((probe): FailingProbe[] => {
        const { report, event } = probe;
        if (report === undefined || event === undefined || !counts(container, probe)) return [];
        return [
          {
            container,
            probe,
            report,
            kills: probe.kill !== undefined,
            evidence: [
              ...(probe.kill === undefined
                ? []
                : [`${nameOf(pod, container)}: ${quoteEvent(probe.kill)} (${container.restarts} restarts)`]),
              `${nameOf(pod, container)}: ${quoteEvent(event)}`,
              describeProbe(probe),
            ],
          },
        ];
      }),
    )
    .sort((left, right) => Number(right.kills) - Number(left.kills));
}

function counts({ end, probes, runningSince, ready, status }: ContainerFacts, { kind, kill }: ProbeFacts): boolean {
  if (kind !== "readiness") return kill !== undefined || (kind === "startup" && status?.started === false);
  // A process that keeps exiting is not ready in between, so the exit is the cause.
  const killed = probes.some((probe) => probe.kill !== undefined);
  if (end !== undefined && end.exitCode !== 0 && !killed) return false;
  return runningSince !== undefined && !ready;
}

/** Whether the failed request was not the probe's own, but a redirect's. */
export function wasRedirected({ probe, report }: FailingProbe): boolean {
  const { httpGet } = probe.spec;
  if (httpGet === undefined) return false;
  if (report.answer === "redirects") return true;
  const scheme = httpGet.scheme === "HTTPS" ? "https" : "http";
  if (report.scheme !== undefined && report.scheme !== scheme) return true;
  return report.port !== undefined && probe.port !== undefined && report.port !== probe.port;
}

/** Seconds from the start of the container's last run to the kubelet's decision to kill it. */
export function lifetime({ container }: FailingProbe, killedAt: number): number | undefined {
  const started = container.end?.startedAt ?? container.runningSince ?? NaN;
  const decided = killedAt >= started ? killedAt : (container.end?.finishedAt ?? NaN);
  const seconds = Math.round((decided - started) / 1000);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
