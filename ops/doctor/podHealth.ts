/** Which pods need a diagnosis, which are only starting, and which are well. */
import { lastSeen, type Pod } from "../cluster/kubernetesObjects.ts";
import { findEvent, lastEnd, type ContainerView, type PodView } from "./podView.ts";

/** A failure counts this long although the container runs again: longer than the longest back-off (5 min). */
const recentMilliseconds = 15 * 60_000;

/** Unit of the time that a pod gets to start before its silence is a symptom. */
const startMilliseconds = 20_000;

export type Health = "well" | "starting" | "failing" | "ending";

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** Reasons to wait that are part of a normal start. */
const usualWaits = ["ContainerCreating", "PodInitializing"];

export function healthOf(view: PodView): Health {
  const { pod, containers, now } = view;
  if (pod.metadata?.deletionTimestamp !== undefined) return endsTooSlowly(view) ? "failing" : "ending";
  if (pod.status?.phase === "Succeeded") return "well";
  if (pod.status?.phase === "Failed") return "failing";
  if (containers.some((container) => failedLately(view, container))) return "failing";
  if (isReady(pod)) return "well";
  if (containers.some(({ status }) => isStuck(status?.state?.waiting?.reason))) return "failing";
  if (unschedulable(pod) !== undefined) return nodesAreComing(view) ? "starting" : "failing";
  // Only as the latest event: the first attempt to mount a volume often fails, and the second succeeds.
  if (["FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"].includes(view.events[0]?.reason ?? ""))
    return "failing";
  if (nodeIsDown(view)) return "failing";
  const unready = containers.find(({ init, status }) => !init && status?.state?.running !== undefined && !status.ready);
  if (unready !== undefined) return readinessOverdue(view, unready) ? "failing" : "starting";
  return now - Date.parse(pod.metadata?.creationTimestamp ?? "") > startMilliseconds * 15 ? "failing" : "starting";
}

const isStuck = (reason: string | undefined): boolean => reason !== undefined && !usualWaits.includes(reason);

/** The scheduler's message about why no node suits the pod; undefined if the pod is scheduled. */
export function unschedulable(pod: Pod): string | undefined {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  return condition === undefined ? undefined : (condition.message ?? condition.reason ?? "");
}

/** The autoscaler has requested nodes, which take some minutes. */
function nodesAreComing(view: PodView): boolean {
  const event = findEvent(view, ["TriggeredScaleUp"]);
  return event !== undefined && view.now - lastSeen(event) < recentMilliseconds;
}

export function nodeIsDown({ node }: PodView): boolean {
  return node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status !== "True") ?? false;
}

/** Did a container fail recently? Ends caused by an orderly stop of the node or the pod do not count. */
function failedLately(view: PodView, container: ContainerView): boolean {
  const end = lastEnd(container);
  const waiting = container.status?.state?.waiting?.reason;
  if (waiting === "CrashLoopBackOff") return true;
  if (end === undefined || (container.init && end.exitCode === 0)) return false;
  const finished = Date.parse(end.finishedAt ?? "");
  if (view.now - finished > recentMilliseconds) return false;
  if (end.reason === "OOMKilled") return true;
  if (livenessKill(view, container) !== undefined) return true;
  // A container that runs and is ready again after one of these exit codes was stopped with its node.
  const stopped = [0, 137, 143, 255].includes(end.exitCode);
  return !(stopped && container.status?.ready === true) && !(stopped && container.status?.state?.running !== undefined);
}

/** The event in which the kubelet decided to kill the container, if that was recent. */
export function livenessKill(view: PodView, container: ContainerView) {
  const event = findEvent(
    view,
    ["Killing"],
    new RegExp(`^Container ${container.name} failed (liveness|startup) probe`),
  );
  if (event === undefined || view.now - lastSeen(event) > recentMilliseconds) return undefined;
  return event;
}

/** Is the container still not ready after all the time that its probes allow? */
function readinessOverdue(view: PodView, { spec, status }: ContainerView): boolean {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = spec.readinessProbe ?? {};
  const startup = spec.startupProbe;
  const startupSeconds =
    startup === undefined
      ? 0
      : (startup.initialDelaySeconds ?? 0) + (startup.periodSeconds ?? 10) * (startup.failureThreshold ?? 3);
  const allowed = startupSeconds + initialDelaySeconds + periodSeconds * failureThreshold;
  return view.now - Date.parse(status?.state?.running?.startedAt ?? "") > allowed * 1000;
}

/** An orderly stop takes less than this share of the grace period. */
const longStop = 0.8;

/** Seconds since a terminating pod was asked to stop, and its grace period in seconds. */
export function stopTime({ pod, now }: PodView): { elapsed: number; grace: number } {
  // When all containers have ended, the kubelet finishes the deletion with a grace period of 0.
  const asked = pod.metadata?.deletionGracePeriodSeconds;
  const grace = (asked === 0 ? undefined : asked) ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
  return { elapsed: (now - Date.parse(pod.metadata?.deletionTimestamp ?? "")) / 1000 + grace, grace };
}

function endsTooSlowly(view: PodView): boolean {
  const { elapsed, grace } = stopTime(view);
  const containers = view.containers.filter(({ init }) => !init);
  if (containers.some((container) => container.status?.state?.terminated?.exitCode === 137)) return grace > 0;
  return (
    grace > 1 && elapsed > grace * longStop && containers.some(({ status }) => status?.state?.running !== undefined)
  );
}
