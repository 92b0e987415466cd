/**
 * Everything that was read, as plain data: the input of the causes, the output of `--record`, and what tests replay. It
 * contains no secret values: for Secrets only key names, for pull secrets only registries.
 */
import type { AzureLook } from "./azure/azureLook.ts";
import type {
  Certificate,
  CronJob,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Event,
  Gateway,
  GatewayClass,
  HorizontalPodAutoscaler,
  HttpRoute,
  Ingress,
  Job,
  LimitRange,
  Namespace,
  NetworkPolicy,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  ResourceQuota,
  Service,
  ServiceAccount,
  StatefulSet,
  StorageClass,
} from "../cluster/kubernetesObjects.ts";
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
  /** Registries that it has credentials for. */
  hosts: string[];
  /** The failing image's registry's answer to these credentials. */
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
  /** Peak memory usage of the pod in bytes, including earlier containers. */
  peakBytes?: number;
}

export interface Observation {
  /** Time of the observation, ISO 8601. */
  at: string;
  target: Target;
  pods: Pod[];
  deployments: Deployment[];
  replicaSets: ReplicaSet[];
  statefulSets: StatefulSet[];
  daemonSets: DaemonSet[];
  jobs: Job[];
  cronJobs: CronJob[];
  /** Services of the namespace; undefined if they could not be read. */
  services?: Service[];
  /** The namespace itself; undefined if it could not be read. */
  namespace?: Namespace;
  events: Event[];
  /** Undefined if nodes may not be listed. */
  nodes?: Node[];
  /** By name: those that a failing pod refers to. Undefined entries could not be read. */
  secrets: Record<string, KeysLook>;
  configMaps: Record<string, KeysLook>;
  /** Names of all ConfigMaps and Secrets in the namespace, if a failing pod refers to a missing one. */
  names?: { configMaps?: string[]; secrets?: string[] };
  /** By Service name that a failing pod could not resolve: namespaces that have such a Service. */
  namesakes?: Record<string, string[]>;
  /** What the volumes of failing pods depend on; undefined if no failing pod has such a volume. */
  storage?: StorageLook;
  /** What lies between clients and the pods. */
  reach?: ReachLook;
  /** The namespace's rules for new pods, if a controller's pods are refused. */
  rules?: RulesLook;
  /** By name: those of pods whose pull fails. */
  pullSecrets: Record<string, PullSecretLook>;
  logs: ContainerLog[];
  usage: ContainerUsage[];
  /** By image name as in the pod: those that could not be pulled. */
  images: Record<string, ImageLook>;
  /** Only read if Azure may explain a failing pull. */
  azure?: AzureLook;
  /** What could not be read, and why: one sentence each. */
  notSeen: string[];
  /** The subset that the verdict depends on: if it is not empty, the verdict is never "healthy". */
  blind: string[];
}

/** Each field is undefined if it could not be read. */
export interface StorageLook {
  claims?: PersistentVolumeClaim[];
  volumes?: PersistentVolume[];
  classes?: StorageClass[];
  /** Names of the installed CSI drivers. */
  drivers?: string[];
}

/** Each field is undefined if it could not be read. */
export interface RulesLook {
  limitRanges?: LimitRange[];
  priorityClasses?: string[];
  serviceAccounts?: string[];
  runtimeClasses?: string[];
}

/** A certificate in a Secret; without dates if the Secret has no readable certificate. */
export interface CertificateLook {
  exists: boolean;
  /** ISO 8601. */
  from?: string;
  until?: string;
  /** DNS names. */
  names?: string[];
  issuer?: string;
}

/**
 * What answers a connection of this machine: `other`: a server whose certificate is not for the host. `closed`: nothing
 * accepts the connection.
 */
export type ConnectionAnswer = "open" | "other" | "closed";

/** A DNS name as this machine resolves it; without addresses if it does not exist. */
export interface HostLook {
  addresses: string[];
  /** The names that it is an alias of, one after the other. */
  aliases?: string[];
  /**
   * By address: its own, and those where the host is served. Only read if the name leads to none of the latter.
   */
  answers?: Record<string, ConnectionAnswer>;
}

/** Each field is undefined if it could not be read. */
export interface ReachLook {
  endpointSlices?: EndpointSlice[] | undefined;
  networkPolicies?: NetworkPolicy[] | undefined;
  autoscalers?: HorizontalPodAutoscaler[] | undefined;
  budgets?: PodDisruptionBudget[] | undefined;
  quotas?: ResourceQuota[] | undefined;
  ingresses?: Ingress[] | undefined;
  ingressClasses?: string[] | undefined;
  gateways?: Gateway[] | undefined;
  gatewayClasses?: GatewayClass[] | undefined;
  httpRoutes?: HttpRoute[] | undefined;
  certificates?: Certificate[] | undefined;
  serviceAccounts?: ServiceAccount[] | undefined;
  /** By "POD:PORT": the API server's message when the pod's port refused the connection. */
  refusedPorts?: Record<string, string>;
  /** "POD:PORT" of tested ports that answered. */
  openPorts?: string[];
  /** By host name: names of routes and Ingresses, and of load balancers that have only a host name. */
  hosts?: Record<string, HostLook>;
  /** By name of a Secret that a Gateway or an Ingress uses. */
  tls?: Record<string, CertificateLook>;
}

/** Completes an observation recorded by this version, or by an earlier one that read less. */
export function completed(recorded: Partial<Observation> & Pick<Observation, "at" | "target">): Observation {
  return {
    pods: [],
    deployments: [],
    replicaSets: [],
    statefulSets: [],
    daemonSets: [],
    jobs: [],
    cronJobs: [],
    events: [],
    secrets: {},
    configMaps: {},
    pullSecrets: {},
    logs: [],
    usage: [],
    images: {},
    notSeen: [],
    blind: [],
    ...recorded,
  };
}
