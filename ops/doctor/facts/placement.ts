/** Why no node accepts a pod: the scheduler's reasons, the autoscaler's, and the current nodes. */
import { hasEnded, type Node } from "../../cluster/kubernetesObjects.ts";
import { findEvent, quoteEvent } from "./eventFacts.ts";
import type { PodFacts } from "./podFacts.ts";
import { unscheduled } from "./podHealth.ts";
import { parseVerdict, type Reason, type ReasonKind, type SchedulerVerdict } from "./schedulerVerdict.ts";

export interface Placement {
  verdict: SchedulerVerdict;
  /** The reason of the nodes that came closest to accepting the pod. */
  main: Reason | undefined;
  evidence: string[];
}

/** Undefined if the pod is scheduled, or the scheduler has not given a reason yet. */
export function placementOf(pod: PodFacts): Placement | undefined {
  const said = unscheduled(pod.pod);
  if (said === undefined) return undefined;
  const verdict = parseVerdict(said);
  if (verdict === undefined) return undefined;
  const scaleUp = findEvent(pod.events, ["NotTriggerScaleUp", "FailedScaleUp"]);
  return {
    verdict,
    main: verdict.reasons[0],
    evidence: [`scheduler, about pod/${pod.podName}: ${said}`, ...(scaleUp === undefined ? [] : [quoteEvent(scaleUp)])],
  };
}

/** The placement, if its main reason is of this kind. */
export function placementBy(pod: PodFacts, kind: ReasonKind): (Placement & { main: Reason }) | undefined {
  const placement = placementOf(pod);
  return placement?.main?.kind === kind ? { ...placement, main: placement.main } : undefined;
}

const notReady = ({ status }: Node): boolean =>
  status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True";

export const pressures = ({ status }: Node): string[] =>
  (status?.conditions ?? [])
    .filter(({ type, status: value }) => type.endsWith("Pressure") && value === "True")
    .map(({ type }) => type);

/** The nodes and their conditions in one line, for evidence. */
export function nodeStates(all: readonly Node[] | undefined): string[] {
  if (all === undefined) return [];
  if (all.length === 0) return ["the API server lists no nodes"];
  const words = all.map((node) => {
    const what = [notReady(node) ? "not ready" : "ready", ...(node.spec?.unschedulable ? ["cordoned"] : [])];
    return `${node.metadata?.name}: ${[...what, ...pressures(node)].join(", ")}`;
  });
  return [`nodes: ${words.slice(0, 5).join("; ")}${words.length > 5 ? `; and ${words.length - 5} more` : ""}`];
}

/** Other pods of the same Deployment that occupy what the rollout's new pod waits for. */
export const siblings = (pod: PodFacts): string[] =>
  pod.observation.pods
    .filter(
      ({ metadata, spec, status }) =>
        metadata?.name !== pod.podName &&
        spec?.nodeName !== undefined &&
        !hasEnded({ status }) &&
        labelsOverlap(pod, metadata?.labels),
    )
    .map(({ metadata }) => metadata?.name ?? "");

function labelsOverlap({ pod }: PodFacts, labels: Record<string, string> = {}): boolean {
  const own = Object.entries(pod.metadata?.labels ?? {}).filter(
    ([key]) => !["pod-template-hash", "controller-revision-hash"].includes(key),
  );
  return own.length > 0 && own.every(([key, value]) => labels[key] === value);
}
