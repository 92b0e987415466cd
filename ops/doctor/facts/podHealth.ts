/** Which pods need a diagnosis, which are only starting, and which are healthy. */
import { lastSeen, type Pod } from "../../cluster/kubernetesObjects.ts";
import { findEvent } from "./eventFacts.ts";
import { initWait } from "./initWait.ts";
import { keptByContainer } from "./keptByContainer.ts";
import type { OwnerFacts } from "./ownerFacts.ts";
import type { ContainerFacts, PodFacts } from "./podFacts.ts";
import { budget } from "./probeFacts.ts";

/** How long a failure counts although the container runs again: longer than the longest back-off (5 min). */
const recentMilliseconds = 15 * 60_000;
/** Base unit of the time that a pod may take to start. */
const startMilliseconds = 20_000;
/** A run counts as a recovery once it has lasted this long, and twice as long as the previous run. */
const recoveredMilliseconds = 60_000;

/** `done`: it ended, and nothing waits for it anymore. */
export type Health = "well" | "starting" | "failing" | "ending" | "done";

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** Reasons to wait that are part of a normal start. */
const usualWaits = ["ContainerCreating", "PodInitializing", ""];

export function healthOf(facts: PodFacts, owners: readonly OwnerFacts[] = []): Health {
  const { pod, containers, events, now } = facts;
  if (pod.metadata?.deletionTimestamp !== undefined) return endsTooSlowly(facts) ? "failing" : "ending";
  if (pod.status?.phase === "Succeeded") return "done";
  if (pod.status?.phase === "Failed") return isPast(facts, owners) ? "done" : "failing";
  if (isPastRun(facts, owners)) return "done";
  if (containers.some((container) => failedLately(facts, container))) return "failing";
  if (isReady(pod)) return "well";
  if (containers.some(({ waiting }) => waiting !== undefined && !usualWaits.includes(waiting.reason))) return "failing";
  const age = now - Date.parse(pod.metadata?.creationTimestamp ?? "");
  if (unscheduled(pod) !== undefined) return nodesAreComing(facts) ? "starting" : "failing";
  // Only as the latest event: the first attempt to mount a volume often fails and the second succeeds.
  if (
    ["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox"].includes(events[0]?.reason ?? "")
  )
    return "failing";
  if (nodeIsDown(facts)) return "failing";
  if (nodeIsMissing(facts) && age > missingMilliseconds) return "failing";
  const unready = containers.find(
    ({ role, runningSince, ready, status }) =>
      runningSince !== undefined && (role === "main" ? !ready : role === "sidecar" && status?.started !== true),
  );
  if (initWait(facts) !== undefined || keptByContainer(facts) !== undefined) return "failing";
  if (unready !== undefined) return readinessOverdue(facts, unready) ? "failing" : "starting";
  if (closedGates(pod).length > 0) return age > startMilliseconds ? "failing" : "starting";
  return age > (pod.spec?.nodeName !== undefined ? startMilliseconds * 15 : startMilliseconds) ? "failing" : "starting";
}

/** Unmet readiness gates of a pod whose containers are all ready. */
export function closedGates({ spec, status }: Pod): string[] {
  const is = (wanted: string) =>
    status?.conditions?.some(({ type, status: value }) => type === wanted && value === "True");
  if (is("ContainersReady") !== true) return [];
  return (spec?.readinessGates ?? []).map(({ conditionType }) => conditionType).filter((type) => is(type) !== true);
}

/** The message why no node fits the pod, or why scheduling is not attempted; undefined if the pod is scheduled. */
export function unscheduled(pod: Pod): string | undefined {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  return condition === undefined ? undefined : (condition.message ?? condition.reason ?? "");
}

/** Whether the owner has recovered from the pod's failure. */
function isPast(facts: PodFacts, owners: readonly OwnerFacts[]): boolean {
  if (isPastRun(facts, owners)) return true;
  const owner = owners.find(({ ref }) => ref === facts.owner.ref);
  if (owner?.health !== "well") return false;
  if (["Job", "CronJob"].includes(owner.kind)) return true;
  // A pod of a replaced revision.
  const [controller] = facts.pod.metadata?.ownerReferences ?? [];
  const set = facts.observation.replicaSets.find(({ metadata }) => metadata?.name === controller?.name);
  if (set?.spec?.replicas === 0) return true;
  // Evicted and refused pods stay until they are deleted.
  const ended = Math.max(
    ...facts.containers.map(({ end }) => end?.finishedAt ?? 0),
    Date.parse(facts.pod.status?.startTime ?? "") || 0,
  );
  return facts.now - ended > recentMilliseconds;
}

/** A pod of a completed Job, or of an earlier Job of a CronJob. */
function isPastRun({ owner, pod }: PodFacts, owners: readonly OwnerFacts[]): boolean {
  if (owner.kind === "Job") return owners.find(({ ref }) => ref === owner.ref)?.health === "done";
  if (owner.kind !== "CronJob") return false;
  const cronJob = owners.find(({ ref }) => ref === owner.ref);
  if (cronJob === undefined) return false;
  const [job] = pod.metadata?.ownerReferences ?? [];
  const counts = cronJob.job?.metadata?.name === job?.name || (owner.job?.status?.active ?? 0) > 0;
  return cronJob.health !== "failing" ? pod.status?.phase === "Failed" : !counts;
}

/** The autoscaler has requested nodes, which takes a few minutes. */
function nodesAreComing({ events, now }: PodFacts): boolean {
  const event = findEvent(events, ["TriggeredScaleUp"]);
  return event !== undefined && now - lastSeen(event) < recentMilliseconds;
}

/** A new node may be younger than the list of nodes. */
const missingMilliseconds = 5_000;

export const nodeIsMissing = ({ pod, node, observation }: PodFacts): boolean =>
  pod.spec?.nodeName !== undefined && node === undefined && (observation.nodes ?? []).length > 0;

export function nodeIsDown({ node }: PodFacts): boolean {
  return node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status !== "True") ?? false;
}

/**
 * Whether the container failed recently and has not recovered. Ends caused by an orderly node shutdown do not count.
 */
function failedLately({ now, pod }: PodFacts, container: ContainerFacts): boolean {
  const { end, waiting, role, hook } = container;
  if (waiting?.reason === "CrashLoopBackOff") return true;
  if (hook?.hook === "postStart" && !isRecovered(container, now)) return true;
  if (end === undefined || (role === "init" && end.exitCode === 0)) return false;
  if (now - end.finishedAt > recentMilliseconds) return false;
  if (isRecovered(container, now)) return false;
  if (end.reason === "OOMKilled") return true;
  if (container.probes.some(({ kill }) => kill !== undefined)) return true;
  if (end.exitCode === 0) return exitsAgain(container, pod);
  // A container that runs again after one of these exit codes was stopped together with its node.
  return !([137, 143, 255].includes(end.exitCode) && container.runningSince !== undefined);
}

/** A service that exits with 0 repeatedly, even if it is running right now. */
function exitsAgain({ status, restarts, end, role }: ContainerFacts, { spec }: Pod): boolean {
  if (role !== "main" || (spec?.restartPolicy ?? "Always") !== "Always") return false;
  if (status?.state?.running === undefined) return true;
  return restarts >= 2 && (end?.seconds ?? Infinity) < 300;
}

/** Whether the current run has lasted longer than the failed one. */
export function isRecovered({ runningSince, end, ready, role, status }: ContainerFacts, now: number): boolean {
  if (runningSince === undefined || end === undefined) return false;
  if (role === "main" ? !ready : status?.started === false) return false;
  const since = Math.max(runningSince, Number.isNaN(end.finishedAt) ? 0 : end.finishedAt);
  const before = Number.isFinite(end.seconds) && end.seconds < 86_400 ? end.seconds * 1000 : 0;
  return now - since > Math.max(recoveredMilliseconds, 2 * before);
}

/** Whether the container is still not ready after the full time that its probes allow. */
function readinessOverdue({ now }: PodFacts, { probes, runningSince }: ContainerFacts): boolean {
  const seconds = (kind: string) =>
    probes.filter((probe) => probe.kind === kind).reduce((sum, { spec }) => sum + budget(spec), 0);
  const allowed = seconds("startup") + Math.max(seconds("readiness"), 1) + (seconds("readiness") === 0 ? 29 : 0);
  return now - (runningSince ?? 0) > allowed * 1000;
}

/** An orderly stop takes less than this share of the grace period. */
const longStop = 0.8;

/** Seconds since a terminating pod was told to stop, and its grace period in seconds. */
export function stopTime({ pod, now }: PodFacts): { elapsed: number; grace: number } {
  // Once all containers have ended, the kubelet finishes the deletion with a grace period of 0.
  const asked = pod.metadata?.deletionGracePeriodSeconds;
  const grace = (asked === 0 ? undefined : asked) ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
  return { elapsed: (now - Date.parse(pod.metadata?.deletionTimestamp ?? "")) / 1000 + grace, grace };
}

function endsTooSlowly(facts: PodFacts): boolean {
  const { elapsed, grace } = stopTime(facts);
  const containers = facts.containers.filter(({ role }) => role === "main");
  const ended = containers.every(({ runningSince }) => runningSince === undefined);
  if (containers.some(({ end, status }) => status?.state?.terminated !== undefined && end?.exitCode === 137))
    return grace > 0;
  if (ended && (facts.pod.metadata?.finalizers ?? []).length > 0) return elapsed > grace;
  if (
    elapsed > 5 &&
    containers.some((container) => container.runningSince !== undefined && hookSeconds(container) >= grace)
  )
    return true;
  return grace > 1 && elapsed > grace * longStop && !ended;
}

/** Minimum sleep of a preStop hook according to its spec, in seconds. */
export function hookSeconds({ spec }: Pick<ContainerFacts, "spec">): number {
  const { sleep, exec } = spec.lifecycle?.preStop ?? {};
  return sleep?.seconds ?? Number(/\bsleep (\d+)/.exec((exec?.command ?? []).join(" "))?.[1] ?? 0);
}
