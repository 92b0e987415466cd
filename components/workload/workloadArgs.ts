/** What a workload can be told, and what it is when it is told nothing. */
import type * as pulumi from "@pulumi/pulumi";

/** An HTTP check by the kubelet, on the container's own port. */
export interface ProbeArgs {
  /** e.g. "/healthz" */
  path: string;
  /** Time from the container's start to the first check. */
  initialDelaySeconds: number;
  /** Seconds between two checks. */
  periodSeconds: number;
  /** At 0.5 CPU a busy process can be descheduled for a good part of a second: at least 2. */
  timeoutSeconds: number;
  /** Misses in a row that count. */
  failureThreshold: number;
}

/** Amounts of a container's resources. */
export interface ResourceArgs {
  /** e.g. "256Mi" */
  memory: string;
  /** e.g. "500m": half a CPU */
  cpu: string;
}

/**
 * Who can reach the Service: pods of the cluster, the virtual network, or the internet.
 * The latter two are Azure load balancers.
 */
export const serviceTypes = ["ClusterIP", "InternalLoadBalancer", "PublicLoadBalancer"] as const;
export type ServiceType = (typeof serviceTypes)[number];

/** What happens to a pod that would make the zones uneven: it runs all the same, or it waits for a node. */
export const zoneSpreads = ["preferred", "required"] as const;
export type ZoneSpread = (typeof zoneSpreads)[number];

export interface Autoscale {
  /** Pods there always are, and that the first update makes. */
  min: number;
  /** Most pods there ever are. */
  max: number;
  /** CPU in per cent of what the pods request, that the number of pods is to lead to on average. @default 70 */
  cpuPercent?: number;
  /** The same of memory. Only for a process that gives memory back when it has less to do. @default memory does not count */
  memoryPercent?: number;
}

/** A size such as "128Mi", or one that is kept in memory: quicker, never on the node's disk, and part of the memory limit. */
export type WritablePath =
  | string
  | {
      /** e.g. "128Mi" */
      size: string;
      /** Keep it in memory. @default false */
      memory?: boolean;
    };

/** A host name of a Gateway, whose TLS is the Gateway's. */
export interface RouteArgs {
  /** e.g. "shop.example.com". */
  hostname: string;
  /** Beginning of the paths that lead here. @default "/" */
  path?: string;
  /** The Gateway that the route belongs to. */
  gateway: {
    /** Namespace of the Gateway. */
    namespace: pulumi.Input<string>;
    /** Name of the Gateway. */
    name: pulumi.Input<string>;
    /** One of its listeners; the one with TLS. @default all that take the host name */
    listener?: string;
  };
}

/** The identity that the pods sign in to Azure with, such as an AppIdentity. */
export interface PodIdentityArgs {
  /** Client id (application id) of the identity, which trusts the workload's ServiceAccount. */
  clientId: pulumi.Input<string>;
}

type Texts = Record<string, pulumi.Input<string>>;

export interface WorkloadArgs {
  /** Namespace to run in. */
  namespace: pulumi.Input<string>;
  /** Image by tag and digest, `HOST/REPOSITORY:TAG@sha256:...`, as AppImage's `reference` gives it. */
  image: pulumi.Input<string>;
  /** Names of Secrets with the registry's password, for a registry that the nodes' own identity cannot pull from. @default none */
  imagePullSecrets?: pulumi.Input<string>[];

  /** Number of pods. Not together with `autoscale`. @default 3 */
  replicas?: number;
  /** Lets the load decide about the number of pods, e.g. `{ min: 3, max: 10 }`. @default a fixed number */
  autoscale?: Autoscale;

  /** Port the process listens on, passed to it as PORT. 1024 or higher: it is not root. @default 8080 */
  port?: number;
  /** What the scheduler reserves. @default 128Mi and 100m */
  requests?: Partial<ResourceArgs>;
  /** What is never exceeded: over the memory the process is killed, over the CPU it is slowed. @default 256Mi and 500m */
  limits?: Partial<ResourceArgs>;

  /** Is the process beyond help? It is restarted. @default /healthz, after 15 s, every 10 s, 3 misses */
  liveness?: Partial<ProbeArgs>;
  /** May it get requests now? @default /ready, at once, every 5 s, 3 misses */
  readiness?: Partial<ProbeArgs>;
  /** How long a slow starter may take until the liveness path answers: the other probes wait for it. 0: no such wait. @default 0 */
  startupSeconds?: number;
  /** Pause before SIGTERM, in which endpoints and load balancers take note that the pod goes. @default 5 */
  preStopSeconds?: number;
  /** How long the process goes on serving after SIGTERM, told to it as DRAIN_SECONDS. @default 5 */
  drainSeconds?: number;
  /** From the start of preStop to SIGKILL; longer than preStop, drain and the slowest request together. @default 30 */
  gracePeriodSeconds?: number;

  /** Environment variables. Not for secrets: everybody who can read Deployments can read these. */
  environment?: Texts;
  /** Environment variables that come from a ConfigMap: what operators look up and compare apart from the Deployment. */
  configValues?: Texts;
  /** Environment variables that come from a Secret: encrypted in the state, and in no Deployment. */
  secretValues?: Texts;
  /** Files by their path, from a ConfigMap; read-only. */
  configFiles?: Texts;
  /** Files by their path, from a Secret; read-only, and in memory on the node. */
  secretFiles?: Texts;

  /** Size of the writable /tmp; the rest of the file system is read-only. @default "64Mi" */
  tmpSize?: string;
  /** Further writable folders, each its size, e.g. `{ "/var/cache/app": "128Mi" }`. Empty at each start of a pod. */
  writablePaths?: Record<string, WritablePath>;
  /** A loosening: the process may write anywhere in its container, and whoever takes it over as well. @default false */
  writableRoot?: boolean;
  /** User and group id of the process, 10000 or higher: ids below may be somebody's on the node. @default 10001 */
  userId?: number;

  /** "required" keeps zones even, and lets pods wait when one has no room. @default "preferred" */
  zoneSpread?: ZoneSpread;
  /** Labels a node must have, e.g. `{ "kubernetes.azure.com/agentpool": "apps" }`. @default any node */
  nodeSelector?: Record<string, string>;
  /** Taints the pods put up with, `KEY[=VALUE]:EFFECT`, as pools have them. @default none */
  tolerations?: string[];
  /** PriorityClass of the pods, one that the cluster has. @default the cluster's default */
  priorityClass?: string;

  /** @default "ClusterIP" */
  serviceType?: ServiceType;
  /** Port of the Service. @default 80 */
  servicePort?: number;
  /** Annotations of the Service, e.g. to configure Azure's load balancer. */
  serviceAnnotations?: Texts;
  /** A host name of a Gateway that leads here. @default none */
  route?: RouteArgs;
  /**
   * Who may connect: namespaces, and address ranges (CIDR). Of load balancers address ranges only.
   * @default the cluster's pods; behind a load balancer everybody who reaches it
   */
  ingressFrom?: string[];
  /** Namespaces and address ranges (CIDR) the pods may connect to, besides name resolution; e.g. a database's subnet. @default none */
  egressTo?: string[];

  /**
   * Identity that the pods sign in to Azure with (workload identity): AKS gives them a token for Entra and the variables that
   * Azure's libraries read, and the network policy lets them reach Entra.
   * @default none
   */
  identity?: PodIdentityArgs;

  /** Labels beside `app.kubernetes.io/*`, of everything that the workload consists of. */
  labels?: Texts;
  /** Annotations of the pods, for what watches them. */
  podAnnotations?: Texts;
}

type Nested = "requests" | "limits" | "liveness" | "readiness";
/** What there may be or not. */
type Optional = "autoscale" | "route" | "priorityClass" | "identity";

/**
 * WorkloadArgs with every default in place.
 * @internal
 */
export type WorkloadSettings = Required<Omit<WorkloadArgs, Nested | Optional>> &
  Pick<WorkloadArgs, Optional> & {
    requests: ResourceArgs;
    limits: ResourceArgs;
    liveness: ProbeArgs;
    readiness: ProbeArgs;
  };

/** Each default stands here and nowhere else: the settings of the stack take theirs from here. */
export const workloadDefaults = {
  imagePullSecrets: [],
  replicas: 3,
  port: 8080,
  requests: { memory: "128Mi", cpu: "100m" },
  limits: { memory: "256Mi", cpu: "500m" },
  liveness: { path: "/healthz", initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
  readiness: { path: "/ready", initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
  startupSeconds: 0,
  preStopSeconds: 5,
  drainSeconds: 5,
  gracePeriodSeconds: 30,
  environment: {},
  configValues: {},
  secretValues: {},
  configFiles: {},
  secretFiles: {},
  tmpSize: "64Mi",
  writablePaths: {},
  writableRoot: false,
  userId: 10001,
  zoneSpread: "preferred",
  nodeSelector: {},
  tolerations: [],
  serviceType: "ClusterIP",
  servicePort: 80,
  serviceAnnotations: {},
  ingressFrom: [],
  egressTo: [],
  labels: {},
  podAnnotations: {},
} satisfies Omit<WorkloadArgs, "namespace" | "image">;

export function withDefaults(args: WorkloadArgs): WorkloadSettings {
  return {
    ...workloadDefaults,
    ...given(args),
    requests: { ...workloadDefaults.requests, ...given(args.requests) },
    limits: { ...workloadDefaults.limits, ...given(args.limits) },
    liveness: { ...workloadDefaults.liveness, ...given(args.liveness) },
    readiness: { ...workloadDefaults.readiness, ...given(args.readiness) },
  };
}

/** Without the keys that are there but `undefined`, which would hide a default. */
function given<T extends object>(args: T | undefined): T {
  return Object.fromEntries(Object.entries(args ?? {}).filter(([, value]) => value !== undefined)) as T;
}
