/** A failing pod with everything that was observed about it: the input of every cause. */
import type { Container, ContainerStatus, Event, Node, Pod } from "../cluster/kubernetesObjects.ts";
import { lastSeen } from "../cluster/kubernetesObjects.ts";
import type { ContainerUsage, Observation } from "./observation.ts";

export interface ContainerView {
  name: string;
  init: boolean;
  spec: Container;
  status?: ContainerStatus;
  /** End of the log of the last run that ended, or of the current run if none has ended. */
  log: string;
  usage?: ContainerUsage;
}

export interface PodView {
  observation: Observation;
  pod: Pod;
  podName: string;
  /** What created the pod and has to be changed, such as "deployment/web"; the pod itself if nothing did. */
  owner: string;
  /** Events of the pod, newest first. */
  events: Event[];
  /** The pod's node; undefined if it has none yet or nodes may not be read. */
  node?: Node;
  /** Init containers first. */
  containers: ContainerView[];
  /** Time of the observation, in milliseconds. */
  now: number;
}

export function podViewOf(observation: Observation, pod: Pod): PodView {
  const podName = pod.metadata?.name ?? "";
  const containers = [
    ...(pod.spec?.initContainers ?? []).map((spec) => ({ spec, init: true })),
    ...(pod.spec?.containers ?? []).map((spec) => ({ spec, init: false })),
  ].map(({ spec, init }) => {
    const statuses = init ? pod.status?.initContainerStatuses : pod.status?.containerStatuses;
    const status = statuses?.find(({ name }) => name === spec.name);
    const log = observation.logs.find((entry) => entry.pod === podName && entry.container === spec.name);
    const used = observation.usage.filter(
      ({ pod: name, container }) => name === podName && (container ?? spec.name) === spec.name,
    );
    return {
      name: spec.name,
      init,
      spec,
      log: log?.previous ?? log?.current ?? "",
      ...(status === undefined ? {} : { status }),
      ...(used.length === 0 ? {} : { usage: Object.assign({}, ...used) as ContainerUsage }),
    };
  });
  const node = observation.nodes?.find(({ metadata }) => metadata?.name === pod.spec?.nodeName);
  return {
    observation,
    pod,
    podName,
    owner: ownerOf(observation, pod),
    events: eventsOf(observation, pod.metadata?.uid, podName),
    containers,
    now: Date.parse(observation.at),
    ...(node === undefined ? {} : { node }),
  };
}

/** Events about an object, newest first. */
export function eventsOf(observation: Observation, uid: string | undefined, name: string): Event[] {
  return observation.events
    .filter(({ involvedObject }) =>
      involvedObject.uid === undefined || uid === undefined ? involvedObject.name === name : involvedObject.uid === uid,
    )
    .sort((left, right) => lastSeen(right) - lastSeen(left));
}

function ownerOf(observation: Observation, pod: Pod): string {
  const [owner] = pod.metadata?.ownerReferences ?? [];
  if (owner === undefined) return `pod/${pod.metadata?.name ?? ""}`;
  if (owner.kind !== "ReplicaSet") return `${owner.kind.toLowerCase()}/${owner.name}`;
  const replicaSet = observation.replicaSets.find(({ metadata }) => metadata?.name === owner.name);
  const [deployment] = replicaSet?.metadata?.ownerReferences ?? [];
  return deployment === undefined ? `replicaset/${owner.name}` : `deployment/${deployment.name}`;
}

/** The newest event with one of these reasons whose message matches. */
export function findEvent(
  { events }: Pick<PodView, "events">,
  reasons: readonly string[],
  message = /(?:)/,
): Event | undefined {
  return events.find(({ reason = "", message: text = "" }) => reasons.includes(reason) && message.test(text));
}

/** How a container ended last, if it ever did: its current state first. */
export function lastEnd({ status }: ContainerView) {
  return status?.state?.terminated ?? status?.lastState?.terminated;
}

/** "container web of pod/web-1", for evidence. */
export const nameOf = (view: PodView, container: ContainerView): string =>
  `${container.init ? "init container" : "container"} "${container.name}" of pod/${view.podName}`;

/** Evidence that quotes an event. */
export const quoteEvent = ({ reason = "", message = "" }: Event): string => `event ${reason}: ${message.trim()}`;
