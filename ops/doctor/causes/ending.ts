/** How the process ends: by not heeding SIGTERM, without need, or by an error of its own. */
import type { Diagnosis } from "../finding.ts";
import { stopTime } from "../health.ts";
import { edit, inNamespace, rebuild } from "../remedy.ts";
import { type ContainerView, lastEnd, nameOf, type Subject } from "../subject.ts";

/** While a pod is being deleted: does it end when it is asked to? */
export function sigtermIgnored(subject: Subject): Diagnosis | undefined {
  const { pod, podName } = subject;
  if (pod.metadata?.deletionTimestamp === undefined) return undefined;
  const { elapsed, grace } = stopTime(subject);
  const containers = subject.containers.filter(({ init }) => !init);
  const killed = containers.find(({ status }) => status?.state?.terminated?.exitCode === 137);
  const running = containers.find(({ status }) => status?.state?.running !== undefined);
  const container = killed ?? running;
  if (container === undefined) return undefined;
  return {
    code: "sigterm-ignored",
    title: `It does not end on SIGTERM${killed === undefined ? "" : `, and was killed after the ${grace} s it has`}`,
    container: container.name,
    evidence: [
      killed === undefined
        ? `${nameOf(subject, container)} still runs ${Math.round(elapsed)} s after it was asked to stop; after ${grace} s it is killed`
        : `${nameOf(subject, container)} ended: exit code 137 (SIGKILL), ${grace} s of grace were used up`,
      `pod/${podName} is being deleted`,
    ],
    mend: [
      rebuild(
        subject,
        'Handle SIGTERM (as PID 1 a process has no default for it), and start it in exec form: ENTRYPOINT ["node", "main.js"], so that the signal reaches it and not a shell.',
      ),
      edit(
        subject,
        "If it only needs longer: a longer grace period.",
        "gracePeriodSeconds",
        String(Math.max(60, grace * 2)),
      ),
    ],
  };
}

/** What is left: the process ended, and its own words are all there is. */
export function ending(subject: Subject): Diagnosis | undefined {
  for (const container of subject.containers) {
    const end = lastEnd(container);
    const waiting = container.status?.state?.waiting?.reason;
    if (end === undefined || (end.exitCode === 0 && waiting !== "CrashLoopBackOff")) continue;
    return end.exitCode === 0 ? complete(subject, container) : failure(subject, container);
  }
  return undefined;
}

const lastLines = (log: string, count: number): string[] =>
  log
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .map((line) => `log: ${line.slice(0, 300)}`);

function complete(subject: Subject, container: ContainerView): Diagnosis {
  return {
    code: "exits-by-itself",
    title: "The process ends by itself with exit code 0, so Kubernetes starts it over and over",
    container: container.name,
    evidence: [
      `${nameOf(subject, container)} ended: exit code 0, ${container.status?.restartCount ?? 0} restarts`,
      ...lastLines(container.log, 3),
    ],
    mend: [
      edit(subject, "A service must stay in the foreground: let the main process be the server itself."),
      { say: "What is to run once is a Job, not a Deployment." },
    ],
  };
}

function failure(subject: Subject, container: ContainerView): Diagnosis {
  const end = lastEnd(container);
  const error =
    container.log.split("\n").find((line) => /^(?:\w*Error|Uncaught|panic|Traceback|fatal)\b/i.test(line.trim())) ??
    container.log.split("\n").find((line) => /error|exception|cannot/i.test(line));
  const signal = (end?.exitCode ?? 0) > 128 ? ` (signal ${(end?.exitCode ?? 0) - 128})` : "";
  return {
    code: "application-error",
    title: `The process ends with an error of its own, exit code ${end?.exitCode}${error === undefined ? "" : `: ${error.trim().slice(0, 160)}`}`,
    container: container.name,
    evidence: [
      `${nameOf(subject, container)} ended: exit code ${end?.exitCode}${signal}, ${container.status?.restartCount ?? 0} restarts`,
      ...lastLines(container.log, 8),
    ],
    mend: [
      {
        say: "Read all it said before it ended:",
        command: `kubectl logs ${inNamespace(subject)} ${subject.podName} --container ${container.name} --previous`,
      },
      { say: "Or try the image under the same restrictions here: npm run check-image -- IMAGE" },
    ],
  };
}
