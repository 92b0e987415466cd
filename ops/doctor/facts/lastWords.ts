/**
 * The error with which a container's process ended by itself: it was started, nothing killed it, and Kubernetes knows
 * only its exit code. Only then is its log evidence of a cause.
 */
import type { FinalError } from "./logFacts.ts";
import { type ContainerFacts, endWords, nameOf, type PodFacts } from "./podFacts.ts";

export interface LastWords {
  container: ContainerFacts;
  error: FinalError;
  evidence: string[];
}

/** The final error of each container that failed; init containers first. */
export function lastWords(pod: PodFacts): LastWords[] {
  return pod.containers.flatMap((container) => {
    const error = container.log.finalError;
    if (!endedByItself(container) || error === undefined) return [];
    return [
      {
        container,
        error,
        evidence: [`${nameOf(pod, container)} ${endWords(container)}`, `its last error: ${error.raw.slice(0, 300)}`],
      },
    ];
  });
}

/** Whether it ran and ended with an error that nothing outside caused. */
export function endedByItself({ end, refusal, probes, hook }: ContainerFacts): boolean {
  if (end === undefined || end.exitCode === 0 || refusal !== undefined) return false;
  if (["OOMKilled", "StartError", "ContainerStatusUnknown", "ContainerCannotRun"].includes(end.reason)) return false;
  // After a kill, only an exit code that no signal produces is the process's own.
  const killed = probes.some(({ kill }) => kill !== undefined) || hook?.hook === "postStart";
  return !(killed && [137, 143].includes(end.exitCode));
}
