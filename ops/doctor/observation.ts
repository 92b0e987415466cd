/**
 * All that was looked at, as plain data: what the causes judge, what `--record` writes, what tests replay. Holds no
 * secret's value: of Secrets only the names of their keys, of pull secrets only what they are for.
 */
import type { AzureLook } from "./azure/azureLook.ts";
import type { Deployment, Event, Node, Pod, ReplicaSet } from "./kinds.ts";
import type { ImageLook } from "./registry/imageLook.ts";

/** What is looked at. */
export interface Target {
  namespace: string;
  /** Label selector of the pods; empty for all pods of the namespace. */
  selector: string;
  /** Name of the kubeconfig's context. */
  context: string;
  /** The stack whose workload this is: what is wrong is then mended in its settings. */
  stack?: string;
}

/** A Secret or ConfigMap by what is in it. */
export interface KeysLook {
  exists: boolean;
  keys: string[];
}

/** A pull secret, as far as the kubelet could use it. */
export interface PullSecretLook {
  exists: boolean;
  /** Other namespaces that have a Secret of this name. */
  elsewhere: string[];
  type?: string;
  /** Why the kubelet cannot read it. */
  malformed?: string;
  /** The registries it has credentials for. */
  hosts: string[];
  /** What the registry of the failing image answers to its credentials. */
  signIn?: "accepted" | "refused" | "unreachable";
}

export interface ContainerLog {
  pod: string;
  container: string;
  /** The end of what the container printed before its last restart. */
  previous?: string;
  /** The end of what the running container printed. */
  current?: string;
}

/** What a container used, from the node's own counters or the metrics API. */
export interface ContainerUsage {
  pod: string;
  /** Undefined for what the whole pod used. */
  container?: string;
  /** Share (0 to 1) of the scheduler's periods in which the container was held back by its CPU limit. */
  throttled?: number;
  /** CPU used lately, in cores. */
  cpuCores?: number;
  /** Most memory the pod ever used, in bytes; its former containers included. */
  peakBytes?: number;
}

export interface Observation {
  /** When it was looked, ISO 8601. */
  at: string;
  target: Target;
  pods: Pod[];
  deployments: Deployment[];
  replicaSets: ReplicaSet[];
  events: Event[];
  /** Undefined when nodes may not be listed. */
  nodes?: Node[];
  /** By name, those that a failing pod names. Undefined entries could not be read. */
  secrets: Record<string, KeysLook>;
  configMaps: Record<string, KeysLook>;
  /** By name, those that a pod with a refused pull names. */
  pullSecrets: Record<string, PullSecretLook>;
  logs: ContainerLog[];
  usage: ContainerUsage[];
  /** By the image's name as the pod writes it, those that could not be pulled. */
  images: Record<string, ImageLook>;
  /** Only looked at when a registry refused. */
  azure?: AzureLook;
  /** What could not be looked at, and why: one sentence each. */
  notSeen: string[];
}
