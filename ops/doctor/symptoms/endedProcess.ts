/** How the process ends: it ignores SIGTERM, it exits with 0, or it fails with an error. */
import type { Diagnosis } from "../finding.ts";
import { stopTime } from "../podHealth.ts";
import { edit, inNamespace, rebuild } from "../remedy.ts";
import { type ContainerView, lastEnd, nameOf, type PodView } from "../podView.ts";

/** Does the process of a pod that is being deleted end on SIGTERM? */
export function sigtermIgnored(view: PodView): Diagnosis | undefined {
  const { pod, podName } = view;
  if (pod.metadata?.deletionTimestamp === undefined) return undefined;
  const { elapsed, grace } = stopTime(view);
  const containers = view.containers.filter(({ init }) => !init);
  const killed = containers.find(({ status }) => status?.state?.terminated?.exitCode === 137);
  const running = containers.find(({ status }) => status?.state?.running !== undefined);
  const container = killed ?? running;
  if (container === undefined) return undefined;
  return {
    code: "sigterm-ignored",
    title: `The process ignores SIGTERM${killed === undefined ? "" : ` and was killed after its grace period of ${grace} s`}`,
    container: container.name,
    evidence: [
      killed === undefined
        ? `${nameOf(view, container)} still runs ${Math.round(elapsed)} s after SIGTERM and will be killed after ${grace} s`
        : `${nameOf(view, container)} ended: exit code 137 (SIGKILL) at the end of its grace period of ${grace} s`,
      `pod/${podName} is being deleted`,
    ],
    mend: [
      rebuild(
        view,
        'Handle SIGTERM, for which PID 1 has no default action. Start the process in exec form, ENTRYPOINT ["node", "main.js"], so that it gets the signal instead of a shell.',
      ),
      edit(
        view,
        "If the process only needs more time, extend the grace period.",
        "gracePeriodSeconds",
        String(Math.max(60, grace * 2)),
      ),
    ],
  };
}

/** The last resort: the process ended, and only its own log says why. */
export function ending(view: PodView): Diagnosis | undefined {
  for (const container of view.containers) {
    const end = lastEnd(container);
    const waiting = container.status?.state?.waiting?.reason;
    if (end === undefined || (end.exitCode === 0 && waiting !== "CrashLoopBackOff")) continue;
    return end.exitCode === 0 ? complete(view, container) : failure(view, container);
  }
  return undefined;
}

const lastLines = (log: string, count: number): string[] =>
  log
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .map((line) => `log: ${line.slice(0, 300)}`);

function complete(view: PodView, container: ContainerView): Diagnosis {
  return {
    code: "exits-by-itself",
    title: "The process exits with code 0, so Kubernetes keeps restarting it",
    container: container.name,
    evidence: [
      `${nameOf(view, container)} ended: exit code 0, ${container.status?.restartCount ?? 0} restarts`,
      ...lastLines(container.log, 3),
    ],
    mend: [
      edit(view, "A service must stay in the foreground: run the server itself as the main process."),
      { say: "If it is meant to run once, use a Job instead of a Deployment." },
    ],
  };
}

function failure(view: PodView, container: ContainerView): Diagnosis {
  const end = lastEnd(container);
  const error =
    container.log.split("\n").find((line) => /^(?:\w*Error|Uncaught|panic|Traceback|fatal)\b/i.test(line.trim())) ??
    container.log.split("\n").find((line) => /error|exception|cannot/i.test(line));
  const signal = (end?.exitCode ?? 0) > 128 ? ` (signal ${(end?.exitCode ?? 0) - 128})` : "";
  return {
    code: "application-error",
    title: `The process fails with exit code ${end?.exitCode}${error === undefined ? "" : `: ${error.trim().slice(0, 160)}`}`,
    container: container.name,
    evidence: [
      `${nameOf(view, container)} ended: exit code ${end?.exitCode}${signal}, ${container.status?.restartCount ?? 0} restarts`,
      ...lastLines(container.log, 8),
    ],
    mend: [
      {
        say: "Read the log of the run that failed:",
        command: `kubectl logs ${inNamespace(view)} ${view.podName} --container ${container.name} --previous`,
      },
      { say: "Or run the image under the same restrictions on this machine: npm run check-image -- IMAGE" },
    ],
  };
}
