/**
 * The error that a container's process ended with, by its own choice: it was started, nobody killed it, and Kubernetes knows
 * nothing but its exit code. Only then its log is evidence of a cause.
 */
import type { FinalError } from "./logFacts.ts";
import { type ContainerFacts, endWords, nameOf, type PodFacts } from "./podFacts.ts";

export interface LastWords {
  container: ContainerFacts;
  error: FinalError;
  evidence: string[];
}

/** Those of each container that ended with an error; init containers first. */
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

/** It ran, and ended with an error that nothing from outside caused. */
export function endedByItself({ end, refusal, probes, hook }: ContainerFacts): boolean {
  if (end === undefined || end.exitCode === 0 || refusal !== undefined) return false;
  if (["OOMKilled", "StartError", "ContainerStatusUnknown", "ContainerCannotRun"].includes(end.reason)) return false;
  // After a kill, only an exit code that no signal gives is the process's own.
  const killed = probes.some(({ kill }) => kill !== undefined) || hook?.hook === "postStart";
  return !(killed && [137, 143].includes(end.exitCode));
}
