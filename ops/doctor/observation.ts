/**
 * Everything that was read, as plain data: the input of the causes, the output of `--record`, and what tests replay. It
 * contains no secret values: of Secrets only the names of their keys, of pull secrets only their registries.
 */
import type { AzureLook } from "./azure/azureLook.ts";
import type { Deployment, Event, Node, Pod, ReplicaSet } from "../cluster/kubernetesObjects.ts";
import type { ImageLook } from "./registry/imageLook.ts";

/** What is diagnosed. */
export interface Target {
  namespace: string;
  /** Label selector of the pods; empty for all pods of the namespace. */
  selector: string;
  /** Name of the kubeconfig context. */
  context: string;
  /** The stack that manages the workload: fixes then go through its settings. */
  stack?: string;
}

/** A Secret or ConfigMap, without its values. */
export interface KeysLook {
  exists: boolean;
  keys: string[];
}

/** A pull secret, as the kubelet would use it. */
export interface PullSecretLook {
  exists: boolean;
  /** Other namespaces that have a Secret of this name. */
  elsewhere: string[];
  type?: string;
  /** Why the kubelet cannot parse it. */
  malformed?: string;
  /** The registries it has credentials for. */
  hosts: string[];
  /** How the registry of the failing image answers to its credentials. */
  signIn?: "accepted" | "refused" | "unreachable";
}

export interface ContainerLog {
  pod: string;
  container: string;
  /** End of the log before the last restart. */
  previous?: string;
  /** End of the log of the current run. */
  current?: string;
}

/** Resource usage of a container, from the node's counters or the metrics API. */
export interface ContainerUsage {
  pod: string;
  /** Undefined if the values are about the whole pod. */
  container?: string;
  /** Share (0 to 1) of the kernel's scheduling periods in which the CPU limit throttled the container. */
  throttled?: number;
  /** Recent CPU usage in cores. */
  cpuCores?: number;
  /** Peak memory usage of the pod in bytes, former containers included. */
  peakBytes?: number;
}

export interface Observation {
  /** Time of the observation, ISO 8601. */
  at: string;
  target: Target;
  pods: Pod[];
  deployments: Deployment[];
  replicaSets: ReplicaSet[];
  events: Event[];
  /** Undefined if nodes may not be listed. */
  nodes?: Node[];
  /** By name, those that a failing pod refers to. Undefined entries could not be read. */
  secrets: Record<string, KeysLook>;
  configMaps: Record<string, KeysLook>;
  /** By name, those of pods whose pull fails. */
  pullSecrets: Record<string, PullSecretLook>;
  logs: ContainerLog[];
  usage: ContainerUsage[];
  /** By image name as in the pod, those that could not be pulled. */
  images: Record<string, ImageLook>;
  /** Only read if Azure can explain a failing pull. */
  azure?: AzureLook;
  /** What could not be read, and why: one sentence each. */
  notSeen: string[];
}
