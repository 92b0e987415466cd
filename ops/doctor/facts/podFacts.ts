/** Everything observed about one pod, normalized. The input of the pod causes. */
import type { Container, ContainerStatus, Event, Node, Pod } from "../../cluster/kubernetesObjects.ts";
import type { ContainerUsage, Observation } from "../observation.ts";
import { eventsAbout, eventsOf } from "./eventFacts.ts";
import { type HookFailure, hookFailureIn } from "./hookFailure.ts";
import { type LogFacts, readLog } from "./logFacts.ts";
import { type Owner, ownerOfPod } from "./podOwner.ts";
import { type ProbeFacts, probesOf } from "./probeFacts.ts";
import { type RuntimeRefusal, runtimeRefusalIn } from "./runtimeRefusal.ts";

/**
 * - `init`: must exit with 0 before the next one starts.
 * - `sidecar`: an init container with `restartPolicy: Always`. It has probes and keeps running.
 * - `main`: an ordinary container.
 */
export type Role = "init" | "sidecar" | "main";

/** How a run of a container ended. Times in milliseconds. */
export interface End {
  exitCode: number;
  /** Signal number for exit codes above 128, e.g. 9 for 137. */
  signal?: number;
  /** e.g. "OOMKilled", "StartError", "Error", "Completed". */
  reason: string;
  message: string;
  startedAt: number;
  finishedAt: number;
  /** Duration of the run; NaN if Kubernetes does not report it. */
  seconds: number;
}

export interface ContainerFacts {
  name: string;
  role: Role;
  spec: Container;
  status?: ContainerStatus;
  ready: boolean;
  restarts: number;
  /** Start of the current run in milliseconds; undefined if it is not running. */
  runningSince?: number;
  waiting?: { reason: string; message: string };
  /** How the container last ended, if it has: its current state takes precedence. */
  end?: End;
  /** Log of the last run that ended, or of the current run if none has ended. */
  log: LogFacts;
  /** Whether its log could be read. */
  logKnown: boolean;
  /** Log of the current run. */
  currentLog: LogFacts;
  probes: ProbeFacts[];
  /** Why the container runtime did not start the program. */
  refusal?: RuntimeRefusal;
  hook?: HookFailure;
  usage?: ContainerUsage;
}

export interface PodFacts {
  observation: Observation;
  pod: Pod;
  podName: string;
  namespace: string;
  /** The object to change in order to change the pod; the pod itself if it has no owner. */
  owner: Owner;
  /** Events of the pod, newest first. */
  events: Event[];
  /** The pod's node; undefined if it has none yet or nodes may not be read. */
  node?: Node;
  /** In the order in which the kubelet starts them. */
  containers: ContainerFacts[];
  /** Time of the observation, in milliseconds. */
  now: number;
}

export function podFactsOf(observation: Observation, pod: Pod): PodFacts {
  const podName = pod.metadata?.name ?? "";
  const events = eventsOf(observation, pod.metadata?.uid, podName);
  const node = observation.nodes?.find(({ metadata }) => metadata?.name === pod.spec?.nodeName);
  const now = Date.parse(observation.at);
  return {
    observation,
    pod,
    podName,
    namespace: observation.target.namespace,
    owner: ownerOfPod(observation, pod),
    events,
    containers: containersOf(observation, pod, events, now),
    now,
    ...(node === undefined ? {} : { node }),
  };
}

function containersOf(observation: Observation, pod: Pod, podEvents: readonly Event[], now: number): ContainerFacts[] {
  const init = (pod.spec?.initContainers ?? []).map((spec) => ({
    spec,
    role: spec.restartPolicy === "Always" ? ("sidecar" as const) : ("init" as const),
  }));
  const main = (pod.spec?.containers ?? []).map((spec) => ({ spec, role: "main" as const }));
  return [...init, ...main].map(({ spec, role }) => {
    const statuses = role === "main" ? pod.status?.containerStatuses : pod.status?.initContainerStatuses;
    const status = statuses?.find(({ name }) => name === spec.name);
    const logs = observation.logs.find((entry) => entry.pod === pod.metadata?.name && entry.container === spec.name);
    const used = observation.usage.filter(
      (entry) => entry.pod === pod.metadata?.name && (entry.container ?? spec.name) === spec.name,
    );
    const events = eventsAbout(podEvents, spec.name);
    const end = endOf(status);
    const waiting = status?.state?.waiting;
    const startedAt = Date.parse(status?.state?.running?.startedAt ?? "");
    const names = [spec.image ?? ""];
    const refusal = runtimeRefusalIn(status, events);
    const hook = hookFailureIn(spec, status, events, now);
    return {
      name: spec.name,
      role,
      spec,
      ready: status?.ready ?? false,
      restarts: status?.restartCount ?? 0,
      log: readLog(logs?.previous ?? logs?.current ?? "", names),
      logKnown: logs?.previous !== undefined || logs?.current !== undefined,
      currentLog: readLog(logs?.current ?? "", names),
      probes: probesOf(spec, events, now, (port) => askedPort(observation, pod, port)),
      ...(status === undefined ? {} : { status }),
      ...(Number.isNaN(startedAt) ? {} : { runningSince: startedAt }),
      ...(waiting === undefined ? {} : { waiting: { reason: waiting.reason ?? "", message: waiting.message ?? "" } }),
      ...(end === undefined ? {} : { end }),
      ...(refusal === undefined ? {} : { refusal }),
      ...(hook === undefined ? {} : { hook }),
      ...(used.length === 0 ? {} : { usage: Object.assign({}, ...used) as ContainerUsage }),
    };
  });
}

function askedPort({ reach }: Observation, pod: Pod, port: number): "refused" | "open" | undefined {
  const key = `${pod.metadata?.name}:${port}`;
  if (reach?.refusedPorts?.[key] !== undefined) return "refused";
  return reach?.openPorts?.includes(key) === true ? "open" : undefined;
}

function endOf(status: ContainerStatus | undefined): End | undefined {
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  if (ended === undefined) return undefined;
  const { exitCode, reason = "", message = "" } = ended;
  const startedAt = Date.parse(ended.startedAt ?? "");
  const finishedAt = Date.parse(ended.finishedAt ?? "");
  const signal = ended.signal ?? (exitCode > 128 && exitCode < 160 ? exitCode - 128 : 0);
  return {
    exitCode,
    reason,
    message,
    startedAt,
    finishedAt,
    seconds: (finishedAt - startedAt) / 1000,
    ...(signal === 0 ? {} : { signal }),
  };
}

const roleWords: Record<Role, string> = { init: "init container", sidecar: "sidecar", main: "container" };

/** `container "web" of pod/web-1`, for evidence. */
export const nameOf = ({ podName }: PodFacts, { role, name }: ContainerFacts): string =>
  `${roleWords[role]} "${name}" of pod/${podName}`;

/** `ended: exit code 137 (signal 9), 3 restarts`, for evidence. */
export function endWords({ end, restarts }: ContainerFacts): string {
  if (end === undefined) return "has not ended";
  const reason = ["", "Error", "Completed"].includes(end.reason) ? "" : `${end.reason}, `;
  const signal = end.signal === undefined ? "" : ` (signal ${end.signal})`;
  const lived = Number.isFinite(end.seconds) && end.seconds >= 1 ? ` after ${Math.round(end.seconds)} s` : "";
  return `ended: ${reason}exit code ${end.exitCode}${signal}${lived}, ${restarts} restart${restarts === 1 ? "" : "s"}`;
}

/** Whether the container failed, or runs without being ready. */
export function isTroubled({ role, end, ready, runningSince }: ContainerFacts): boolean {
  if (end !== undefined && end.exitCode !== 0) return true;
  return role !== "init" && runningSince !== undefined && !ready;
}

/** Whether the container waits for its image, or its last pull failed. */
export const waitsForImage = ({ waiting }: ContainerFacts): boolean =>
  waiting !== undefined && (imageReasons.includes(waiting.reason) || unreadableSecret(waiting.reason));

const imageReasons = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "RegistryUnavailable",
  "ErrImageInspect",
  "ImageInspectError",
  "ErrImageNeverPull",
  "SignatureValidationFailed",
];

/** Whether this is the kubelet's decoder error, which it reports if it cannot parse the pull secret. */
export const unreadableSecret = (reason: string): boolean =>
  /illegal base64|invalid character|unexpected end of JSON|unable to parse auth/i.test(reason);
