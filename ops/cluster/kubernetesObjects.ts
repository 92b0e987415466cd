/** Kubernetes objects as the API returns them, with dates as strings. */
import type {
  CoreV1Event,
  V1Container,
  V1ContainerStatus,
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Ingress,
  V1Job,
  V1LimitRange,
  V1Namespace,
  V1NetworkPolicy,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodDisruptionBudget,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Probe,
  V1ReplicaSet,
  V1ResourceQuota,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V1StorageClass,
  V2HorizontalPodAutoscaler,
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
export type StatefulSet = Plain<V1StatefulSet>;
export type DaemonSet = Plain<V1DaemonSet>;
export type Job = Plain<V1Job>;
export type CronJob = Plain<V1CronJob>;
export type PodSpec = Plain<V1PodSpec>;
export type PodTemplate = Plain<V1PodTemplateSpec>;
export type Namespace = Plain<V1Namespace>;
export type Service = Plain<V1Service>;
export type EndpointSlice = Plain<V1EndpointSlice>;
export type PersistentVolumeClaim = Plain<V1PersistentVolumeClaim>;
export type PersistentVolume = Plain<V1PersistentVolume>;
export type StorageClass = Plain<V1StorageClass>;
export type ResourceQuota = Plain<V1ResourceQuota>;
export type LimitRange = Plain<V1LimitRange>;

export type NetworkPolicy = Plain<V1NetworkPolicy>;
export type PodDisruptionBudget = Plain<V1PodDisruptionBudget>;
export type HorizontalPodAutoscaler = Plain<V2HorizontalPodAutoscaler>;
export type Ingress = Plain<V1Ingress>;
export type ServiceAccount = Plain<V1ServiceAccount>;

export interface ObjectMeta {
  name?: string;
  namespace?: string;
  creationTimestamp?: string;
  annotations?: Record<string, string>;
  managedFields?: unknown;
}

/** A condition of a custom resource. */
export interface StatusCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** The fields of Gateway API objects in use: https://gateway-api.sigs.k8s.io/reference/spec/ */
export interface GatewayClass {
  metadata?: ObjectMeta;
  status?: { conditions?: StatusCondition[] };
}

export interface Gateway {
  metadata?: ObjectMeta;
  spec?: {
    gatewayClassName?: string;
    listeners?: {
      name: string;
      hostname?: string;
      port?: number;
      protocol?: string;
      tls?: { certificateRefs?: { name: string; namespace?: string }[] };
    }[];
  };
  status?: {
    addresses?: { type?: string; value: string }[];
    conditions?: StatusCondition[];
    listeners?: { name: string; conditions?: StatusCondition[] }[];
  };
}

export interface HttpRoute {
  metadata?: ObjectMeta;
  spec?: {
    hostnames?: string[];
    parentRefs?: { name: string; namespace?: string; sectionName?: string; kind?: string }[];
    rules?: { backendRefs?: { name: string; namespace?: string; port?: number; kind?: string }[] }[];
  };
  status?: { parents?: { parentRef: { name: string; namespace?: string }; conditions?: StatusCondition[] }[] };
}

/** cert-manager: https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate */
export interface Certificate {
  metadata?: ObjectMeta;
  spec?: { secretName?: string; dnsNames?: string[]; issuerRef?: { name: string; kind?: string } };
  status?: { conditions?: StatusCondition[] };
}

/** Whether the containers of a pod have ended and none starts again: it takes no room of a node or a quota. */
export const hasEnded = ({ status }: Pick<Pod, "status">): boolean =>
  status?.phase === "Succeeded" || status?.phase === "Failed";

/** When an event last occurred, in milliseconds; 0 if unknown. */
export function lastSeen(event: Event): number {
  const text = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp;
  return text === undefined || text === null ? 0 : Date.parse(text);
}
