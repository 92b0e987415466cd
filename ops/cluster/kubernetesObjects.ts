/** Kubernetes objects as the API sends them, with dates as strings. */
import type {
  CoreV1Event,
  V1Container,
  V1ContainerStatus,
  V1Deployment,
  V1Node,
  V1Pod,
  V1Probe,
  V1ReplicaSet,
} from "@kubernetes/client-node";

type Plain<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T]: Plain<T[Key]> }
      : T;

export type Pod = Plain<V1Pod>;
export type Container = Plain<V1Container>;
export type ContainerStatus = Plain<V1ContainerStatus>;
export type Probe = Plain<V1Probe>;
export type Event = Plain<CoreV1Event>;
export type Node = Plain<V1Node>;
export type Deployment = Plain<V1Deployment>;
export type ReplicaSet = Plain<V1ReplicaSet>;

/** When an event occurred last, in milliseconds; 0 if it does not say. */
export function lastSeen(event: Event): number {
  const text = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp;
  return text === undefined || text === null ? 0 : Date.parse(text);
}
