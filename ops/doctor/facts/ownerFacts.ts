/** Owners of pods: desired and actual state. An owner is "well" only if it has everything it wants. */
import { type CronJob, type Event, type Job, lastSeen, type PodTemplate } from "../../cluster/kubernetesObjects.ts";
import type { Observation } from "../observation.ts";
import { eventsOf, quoteEvent } from "./eventFacts.ts";
import { type OwnerKind, refOf } from "./podOwner.ts";

export type OwnerHealth =
  /** Desired state reached. */
  | "well"
  /** In progress, and within the usual time. */
  | "starting"
  | "failing"
  /** Wants no pods: scaled to 0, or suspended. */
  | "idle"
  /** A completed Job. */
  | "done";

export interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

export interface OwnerFacts {
  observation: Observation;
  kind: OwnerKind;
  name: string;
  /** e.g. "deployment/web". */
  ref: string;
  namespace: string;
  health: OwnerHealth;
  /** Number of desired and of available pods (for a Job: completions). */
  wants: number;
  has: number;
  /** Why it wants no pods, or another remark: "scaled to 0", "suspended", "paused". */
  note?: string;
  conditions: Condition[];
  /** Events of the owner and of objects between it and its pods, newest first. */
  events: Event[];
  /** The controller whose pods the API server refuses, the latest refusal, and where it was read. */
  refused?: { ref: string; message: string; source: string } | undefined;
  /** Names of its pods. */
  pods: string[];
  template?: PodTemplate;
  /** For a Deployment: whether its rollouts are paused. */
  paused?: boolean;
  /** For a StatefulSet or DaemonSet: outdated pods that must be deleted by hand. */
  outdated?: number;
  /** For a Job, and for a CronJob's last Job. */
  job?: Job;
  cronJob?: CronJob;
  /** For a CronJob with concurrencyPolicy Forbid: number of starts that its newest Job has kept from happening. */
  skipped?: number;
  /** For a Deployment: its rollout strategy. */
  strategy?: { maxSurge?: number | string; maxUnavailable?: number | string; type?: string };
  now: number;
}

type Listed = { type: string; status: string; reason?: string; message?: string };

/** How long a refusal event counts: controllers retry at least about every 15 minutes. */
const recentMilliseconds = 16 * 60_000;
/** How long pods may take to appear if nothing else sets a limit. */
const startMilliseconds = 60_000;

export function ownersOf(observation: Observation): OwnerFacts[] {
  return [
    ...observation.deployments.map((one) => deploymentFacts(observation, one)),
    ...observation.replicaSets
      .filter(({ metadata }) => (metadata?.ownerReferences ?? []).length === 0)
      .map((one) => replicaSetFacts(observation, one)),
    ...observation.statefulSets.map((one) => statefulSetFacts(observation, one)),
    ...observation.daemonSets.map((one) => daemonSetFacts(observation, one)),
    ...observation.jobs
      .filter(({ metadata }) => metadata?.ownerReferences?.some(({ kind }) => kind === "CronJob") !== true)
      .map((one) => jobFacts(observation, one)),
    ...observation.cronJobs.map((one) => cronJobFacts(observation, one)),
  ];
}

interface Basis {
  kind: OwnerKind;
  metadata: { name?: string; uid?: string; creationTimestamp?: string } | undefined;
  conditions: readonly Listed[] | undefined;
  /** Objects between the owner and its pods. */
  between?: readonly { metadata?: { name?: string; uid?: string } }[];
  template?: PodTemplate | undefined;
}

function basis(observation: Observation, { kind, metadata, conditions = [], between = [], template }: Basis) {
  const name = metadata?.name ?? "";
  const ref = refOf(kind, name);
  const now = Date.parse(observation.at);
  const chain = [
    { ref, metadata },
    ...between.map((one) => ({
      ref: refOf(kind === "CronJob" ? "Job" : "ReplicaSet", one.metadata?.name ?? ""),
      metadata: one.metadata,
    })),
  ];
  const events = chain
    .flatMap((one) =>
      eventsOf(observation, one.metadata?.uid, one.metadata?.name ?? "").map((event) => ({ ref: one.ref, event })),
    )
    .sort((left, right) => lastSeen(right.event) - lastSeen(left.event));
  const failed = events.find(({ event: { reason } }) => reason === "FailedCreate");
  // A pod created after the refusal shows that the rule no longer applies.
  const created = events.find(({ event: { reason } }) => reason === "SuccessfulCreate");
  const stands =
    failed !== undefined &&
    now - lastSeen(failed.event) < recentMilliseconds &&
    (created === undefined || lastSeen(created.event) <= lastSeen(failed.event));
  // Events are kept for an hour; the condition stays as long as pods are refused.
  const condition = conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  const { message = "" } = condition ?? {};
  const refused =
    stands && failed !== undefined
      ? { ref: failed.ref, message: failed.event.message ?? "", source: quoteEvent(failed.event) }
      : failed === undefined && condition?.reason === "FailedCreate"
        ? { ref, message, source: `condition ReplicaFailure of ${ref}: ${message}` }
        : undefined;
  const uids = new Set(chain.map((one) => one.metadata?.uid).filter((uid) => uid !== undefined));
  const pods = observation.pods
    .filter((pod) =>
      pod.metadata?.ownerReferences?.some(({ uid, name: owner }) =>
        uid === "" ? chain.some((one) => one.metadata?.name === owner) : uids.has(uid),
      ),
    )
    .map((pod) => pod.metadata?.name ?? "");
  const age = now - Date.parse(metadata?.creationTimestamp ?? "");
  return {
    observation,
    kind,
    name,
    ref,
    namespace: observation.target.namespace,
    conditions: conditions.map(({ type, status, reason = "", message = "" }) => ({ type, status, reason, message })),
    events: events.map(({ event }) => event),
    ...(refused === undefined ? {} : { refused }),
    ...(template === undefined ? {} : { template }),
    pods,
    now,
    young: age < startMilliseconds,
  };
}

const holds = (conditions: readonly Condition[], type: string, status: string, reason?: string): boolean =>
  conditions.some(
    (one) => one.type === type && one.status === status && (reason === undefined || one.reason === reason),
  );

type Parts = Omit<OwnerFacts, "health" | "wants" | "has"> & { young: boolean };

const owned = (parts: Parts): Omit<Parts, "young"> => parts;

/** Health of an owner that permanently wants a number of pods. */
function facts(
  parts: Parts,
  { wants, has, current }: { wants: number; has: number; current: boolean },
  onItsWay: boolean,
): OwnerFacts {
  const refused = parts.refused !== undefined && has < wants;
  const health: OwnerHealth =
    wants === 0 && has === 0
      ? "idle"
      : has >= wants && current
        ? "well"
        : refused
          ? "failing"
          : parts.young || onItsWay
            ? "starting"
            : "failing";
  const note = wants === 0 ? { note: "scaled to 0" } : {};
  return {
    ...owned(parts),
    ...(refused || !current ? {} : { refused: undefined }),
    ...note,
    health,
    wants,
    has,
  };
}

function deploymentFacts(observation: Observation, one: Observation["deployments"][number]): OwnerFacts {
  const { metadata, spec, status } = one;
  const wants = spec?.replicas ?? 1;
  const has = status?.availableReplicas ?? 0;
  const sets = observation.replicaSets.filter((set) =>
    set.metadata?.ownerReferences?.some(({ uid, name, kind }) =>
      uid === "" || metadata?.uid === undefined
        ? kind === "Deployment" && name === metadata?.name
        : uid === metadata.uid,
    ),
  );
  const parts = basis(observation, {
    kind: "Deployment",
    metadata,
    conditions: status?.conditions,
    between: sets,
    template: spec?.template,
  });
  const observed = status?.observedGeneration === undefined || status.observedGeneration >= (metadata?.generation ?? 0);
  // Recordings without a Deployment status say nothing about its revision.
  const current =
    status === undefined || (observed && (status.updatedReplicas ?? 0) >= wants && (status.replicas ?? 0) <= wants);
  const stuck = holds(parts.conditions, "Progressing", "False") || holds(parts.conditions, "ReplicaFailure", "True");
  const paused = spec?.paused === true;
  const strategy = {
    ...spec?.strategy?.rollingUpdate,
    ...(spec?.strategy?.type === undefined ? {} : { type: spec.strategy.type }),
  };
  const found = facts(parts, { wants, has: status === undefined ? wants : has, current }, !stuck && !paused);
  const { minReadySeconds = 0 } = spec ?? {};
  // Ready pods that are not available yet wait only for minReadySeconds.
  const settling =
    found.health === "starting" && minReadySeconds > 0 && (status?.readyReplicas ?? 0) >= wants
      ? { note: `its pods are ready, and count as available after minReadySeconds (${minReadySeconds} s)` }
      : {};
  return {
    ...found,
    ...settling,
    strategy,
    ...(paused ? { paused, note: [found.note, "paused"].filter(Boolean).join(", ") } : {}),
  };
}

function replicaSetFacts(observation: Observation, one: Observation["replicaSets"][number]): OwnerFacts {
  const { metadata, spec, status } = one;
  const wants = spec?.replicas ?? 1;
  const parts = basis(observation, {
    kind: "ReplicaSet",
    metadata,
    conditions: status?.conditions,
    template: spec?.template,
  });
  const has = status === undefined ? wants : (status.availableReplicas ?? 0);
  return facts(parts, { wants, has, current: true }, false);
}

function statefulSetFacts(observation: Observation, one: Observation["statefulSets"][number]): OwnerFacts {
  const { metadata, spec, status } = one;
  const wants = spec?.replicas ?? 1;
  const parts = basis(observation, {
    kind: "StatefulSet",
    metadata,
    conditions: status?.conditions,
    template: spec?.template,
  });
  const has = status?.availableReplicas ?? status?.readyReplicas ?? 0;
  const onDelete = spec?.updateStrategy?.type === "OnDelete";
  const outdated =
    status?.updateRevision !== status?.currentRevision ? Math.max(0, wants - (status?.updatedReplicas ?? 0)) : 0;
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const current = outdated === 0 || onDelete || partition > 0;
  const found = facts(parts, { wants, has, current }, outdated > 0 || parts.pods.length > 0);
  const left =
    onDelete && outdated > 0
      ? {
          outdated,
          note: `updateStrategy OnDelete: ${outdated} of ${wants} pods are of the old revision until they are deleted`,
        }
      : {};
  return { ...found, ...left };
}

function daemonSetFacts(observation: Observation, one: Observation["daemonSets"][number]): OwnerFacts {
  const { metadata, spec, status } = one;
  const wants = status?.desiredNumberScheduled ?? 0;
  const parts = basis(observation, {
    kind: "DaemonSet",
    metadata,
    conditions: status?.conditions,
    template: spec?.template,
  });
  const has = status?.numberAvailable ?? 0;
  const updated = (status?.updatedNumberScheduled ?? 0) >= wants || spec?.updateStrategy?.type === "OnDelete";
  const found = facts(parts, { wants, has, current: updated }, parts.pods.length > 0);
  if (wants > 0) return found;
  // A DaemonSet wants one pod per matching node: no matching node is rarely intended.
  return { ...found, health: parts.young ? "starting" : "failing", note: "no node suits it" };
}

function jobFacts(observation: Observation, one: Job): OwnerFacts {
  const { metadata, spec, status } = one;
  const parts = basis(observation, { kind: "Job", metadata, conditions: status?.conditions, template: spec?.template });
  return {
    ...owned(parts),
    job: one,
    wants: spec?.completions ?? 1,
    has: status?.succeeded ?? 0,
    ...jobHealth(one, parts.refused !== undefined),
  };
}

function jobHealth({ spec, status }: Job, refused: boolean): { health: OwnerHealth; note?: string } {
  const is = (type: string) => status?.conditions?.some((one) => one.type === type && one.status === "True") === true;
  if (is("Complete") || is("SuccessCriteriaMet")) return { health: "done" };
  if (is("Failed") || is("FailureTarget")) return { health: "failing" };
  if (spec?.suspend === true) return { health: "idle", note: "suspended" };
  if (refused && (status?.active ?? 0) === 0) return { health: "failing" };
  return { health: "starting", note: "running" };
}

function cronJobFacts(observation: Observation, one: CronJob): OwnerFacts {
  const { metadata, spec, status } = one;
  const jobs = observation.jobs
    .filter((job) => job.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid))
    .sort(
      (left, right) =>
        Date.parse(right.metadata?.creationTimestamp ?? "") - Date.parse(left.metadata?.creationTimestamp ?? ""),
    );
  const parts = basis(observation, {
    kind: "CronJob",
    metadata,
    conditions: [],
    between: jobs,
    template: spec?.jobTemplate.spec?.template,
  });
  const [newest] = jobs;
  const finished = jobs.find((job) => ["done", "failing"].includes(jobHealth(job, false).health));
  // Failed Jobs may already be deleted: then only their events show how they ended.
  const told = [
    ...parts.events,
    ...observation.events.filter(
      ({ involvedObject }) =>
        involvedObject.kind === "Job" && new RegExp(`^${metadata?.name}-\\d+$`).test(involvedObject.name ?? ""),
    ),
  ]
    .filter(
      (event, index, all) =>
        all.findIndex((other) => other.metadata.uid !== undefined && other.metadata.uid === event.metadata.uid) ===
          index || event.metadata.uid === undefined,
    )
    .sort((left, right) => lastSeen(right) - lastSeen(left));
  const ended = told.find(
    ({ reason = "", message = "" }) =>
      (reason === "SawCompletedJob" && /(?:condition|status): (?:Failed|FailureTarget)/.test(message)) ||
      ["BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy"].includes(reason),
  );
  const succeeded = Date.parse(status?.lastSuccessfulTime ?? "") || 0;
  const failedJob = finished !== undefined && jobHealth(finished, false).health === "failing";
  const failedEvent = finished === undefined && ended !== undefined && lastSeen(ended) > succeeded;
  const refusedNow = newest !== undefined && jobHealth(newest, parts.refused !== undefined).health === "failing";
  // After TooManyMissedTimes the controller starts a Job as usual: mostRecentScheduleTime in kubernetes/pkg/controller/cronjob.
  const scheduled = Date.parse(status?.lastScheduleTime ?? "") || 0;
  const cannotSchedule = parts.events.find(
    (event) =>
      ["UnknownTimeZone", "UnparseableSchedule", "InvalidSchedule", "FailedCreate"].includes(event.reason ?? "") &&
      lastSeen(event) > scheduled,
  );
  const skipped = skippedStarts(parts.events, newest);
  const health: OwnerHealth =
    spec?.suspend === true
      ? "idle"
      : failedJob || failedEvent || refusedNow || cannotSchedule !== undefined || skipped !== undefined
        ? "failing"
        : "well";
  return {
    ...owned(parts),
    events: told,
    cronJob: one,
    health,
    wants: 0,
    has: 0,
    ...(newest === undefined ? {} : { job: skipped === undefined ? (finished ?? newest) : newest }),
    ...(skipped === undefined ? {} : { skipped }),
    ...(spec?.suspend === true ? { note: "suspended" } : {}),
  };
}

/** A Job may take longer than the schedule's interval now and then. One that takes this many intervals hangs. */
const manySkipped = 3;

/** @returns undefined if the newest Job has ended or keeps few starts from happening */
function skippedStarts(events: readonly Event[], newest: Job | undefined): number | undefined {
  const event = events.find(({ reason }) => reason === "JobAlreadyActive");
  if (event === undefined || (newest?.status?.active ?? 0) === 0) return undefined;
  // The event counts on when a later Job is active, so only one that began during this Job is about it alone.
  const since = Date.parse(String(event.firstTimestamp ?? event.eventTime ?? ""));
  const count = event.series?.count ?? event.count ?? 1;
  return since > Date.parse(newest?.metadata?.creationTimestamp ?? "") && count >= manySkipped ? count : undefined;
}
