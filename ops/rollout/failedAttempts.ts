/** How often a rollout has tried and failed: image pulls, or container runs. */
import { stageOf } from "../doctor/causes/causeCodes.ts";
import type { Finding } from "../doctor/finding.ts";
import type { Event, Pod } from "../cluster/kubernetesObjects.ts";
import type { Observation } from "../doctor/observation.ts";

/** Of the affected pod with the most attempts. */
export function failedAttempts({ pods, events }: Observation, { code, affected, container }: Finding): number {
  const counts = pods
    .filter(({ metadata }) => affected.includes(`pod/${metadata?.name}`))
    .map((pod) => (stageOf(code) === "pull" ? failedPulls(pod, events) : failedRuns(pod, container)));
  return Math.max(0, ...counts);
}

function failedPulls({ metadata }: Pod, events: readonly Event[]): number {
  return events
    .filter(({ involvedObject, message = "" }) => {
      return involvedObject.uid === metadata?.uid && message.startsWith("Failed to pull image");
    })
    .reduce((sum, { count, series }) => sum + (series?.count ?? count ?? 1), 0);
}

/** 0 while the container runs: this run may succeed. */
function failedRuns({ status }: Pod, container: string | undefined): number {
  const found = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(
    ({ name }) => name === container,
  );
  return found === undefined || found.state?.running !== undefined ? 0 : found.restartCount + 1;
}
