/** The arguments of a workload, and their defaults. */
import type * as pulumi from "@pulumi/pulumi";
import type { KeyVaultSecretsArgs } from "./keyVaultSecrets.ts";

/** An HTTP check by the kubelet, on the container's port. */
export interface ProbeArgs {
  /** Path to request. Any answer from 200 to 399 is a success. @example "/healthz" */
  path: string;
  /** Seconds from the container's start to the first check. @example 15 */
  initialDelaySeconds: number;
  /** Seconds between two checks. @example 10 */
  periodSeconds: number;
  /**
   * Seconds to wait for an answer; at least 2. With 0.5 CPU, the kernel can pause a busy process for a large part of a
   * second.
   * @example 3
   */
  timeoutSeconds: number;
  /** Number of consecutive failures before the kubelet acts. @example 3 */
  failureThreshold: number;
}

/** CPU and memory of a container. */
export interface ResourceArgs {
  /** Memory, as a Kubernetes quantity. @example "256Mi" */
  memory: string;
  /** CPU, as a Kubernetes quantity; "500m" is half a CPU. @example "500m" */
  cpu: string;
}

/**
 * Who can reach the Service: the cluster's pods, the virtual network, or the internet. The latter two create an Azure
 * load balancer.
 */
export const serviceTypes = ["ClusterIP", "InternalLoadBalancer", "PublicLoadBalancer"] as const;
export type ServiceType = (typeof serviceTypes)[number];

/**
 * What happens to a pod that would make the zones uneven: "preferred" runs it anyway, "required" makes it wait for a
 * node.
 */
export const zoneSpreads = ["preferred", "required"] as const;
export type ZoneSpread = (typeof zoneSpreads)[number];

export interface Autoscale {
  /** Minimum number of pods. The first update starts with this number. @example 3 */
  min: number;
  /** Maximum number of pods. @example 10 */
  max: number;
  /** Target for the average CPU use, in percent of the pods' CPU request. @default 70 */
  cpuPercent?: number;
  /**
   * Target for the average memory use, in percent of the pods' memory request. Only for a process that releases memory
   * when its load falls.
   * @default memory does not count
   * @example 80
   */
  memoryPercent?: number;
}

/**
 * A size such as "128Mi", or a size with `memory`. A folder in memory is faster, never on the node's disk, and counts
 * toward the memory limit.
 */
export type WritablePath =
  | string
  | {
      /** Maximum size of the folder. @example "128Mi" */
      size: string;
      /** Whether to keep the folder in memory. @default false */
      memory?: boolean;
    };

/** A route from a Gateway's host name. The Gateway provides TLS. */
export interface RouteArgs {
  /** Host name that clients use. @example "shop.example.com" */
  hostname: string;
  /** Path prefix of the requests to send to the service. @default "/" @example "/api" */
  path?: string;
  /** The Gateway that the route belongs to. */
  gateway: {
    /** Namespace of the Gateway. @example "web" */
    namespace: pulumi.Input<string>;
    /** Name of the Gateway. @example "hello" */
    name: pulumi.Input<string>;
    /**
     * Listener of the Gateway to attach to; use the one with TLS.
     * @default all that take the host name
     * @example "https"
     */
    listener?: string;
  };
}

/** An identity that pods use to sign in to Azure, such as an AppIdentity. */
export interface PodIdentityArgs {
  /** Client id (application id) of an identity that trusts the workload's ServiceAccount. */
  clientId: pulumi.Input<string>;
}

type Texts = Record<string, pulumi.Input<string>>;

export interface WorkloadArgs {
  /** Namespace to create the workload in, such as `namespaceName` of `AppNamespace`. @example "shop" */
  namespace: pulumi.Input<string>;
  /**
   * Image by tag and digest, `HOST/REPOSITORY:TAG@sha256:...`, such as `reference` of `AppImage`.
   * @example "myregistry.azurecr.io/hello:1.4.2@sha256:..."
   */
  image: pulumi.Input<string>;
  /**
   * Names of the pull Secrets, such as `secretName` of `PullSecret`, for registries that the nodes' identity cannot
   * pull from.
   * @default none
   * @example ["hello-registry"]
   */
  imagePullSecrets?: pulumi.Input<string>[];

  /** Number of pods. Not allowed with `autoscale`. @default 3 */
  replicas?: number;
  /**
   * Let an autoscaler set the number of pods, depending on their load.
   * @default a fixed number
   * @example { min: 3, max: 10 }
   */
  autoscale?: Autoscale;

  /**
   * Port that the process listens on, passed to it as PORT. It must be at least 1024, because the process is not root.
   * @default 8080
   */
  port?: number;
  /**
   * Resources that the scheduler reserves for each pod.
   * @default { memory: "128Mi", cpu: "100m" }
   * @example { memory: "256Mi", cpu: "250m" }
   */
  requests?: Partial<ResourceArgs>;
  /**
   * Maximum resources of each pod. Exceeding the memory limit kills the process. Exceeding the CPU limit slows it down.
   * @default { memory: "256Mi", cpu: "500m" }
   * @example { memory: "512Mi", cpu: "1" }
   */
  limits?: Partial<ResourceArgs>;

  /**
   * Liveness probe: if it fails, the kubelet restarts the container.
   * @default { path: "/healthz", initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 }
   * @example { path: "/live" }
   */
  liveness?: Partial<ProbeArgs>;
  /**
   * Readiness probe: while it fails, the pod gets no requests.
   * @default { path: "/ready", initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 }
   * @example { path: "/healthy" }
   */
  readiness?: Partial<ProbeArgs>;
  /**
   * Maximum seconds from the start until the liveness path answers, for a process that starts slowly. The other probes
   * wait until then. 0 means no startup probe.
   * @default 0
   */
  startupSeconds?: number;
  /**
   * Seconds to wait before SIGTERM, so that endpoints and load balancers stop sending requests to the pod.
   * @default 5
   */
  preStopSeconds?: number;
  /** Seconds that the process keeps serving after SIGTERM, passed to it as DRAIN_SECONDS. @default 5 */
  drainSeconds?: number;
  /**
   * Seconds from the start of preStop until SIGKILL. It must be longer than preStop, drain and the slowest request
   * together.
   * @default 30
   */
  gracePeriodSeconds?: number;

  /**
   * Environment variables in the pod spec. Never use them for secrets: everyone who can read Deployments can read them.
   * @default none
   * @example { LOG_LEVEL: "info" }
   */
  environment?: Texts;
  /**
   * Environment variables from a ConfigMap, which operators can read separately from the Deployment.
   * @default none
   * @example { GREETING: "Hello" }
   */
  configValues?: Texts;
  /**
   * Environment variables from a Secret. The state stores them encrypted, and the Deployment does not contain them.
   * @default none
   * @example { API_TOKEN: config.requireSecret("apiToken") }
   */
  secretValues?: Texts;
  /** Contents of read-only files from a ConfigMap, by path. @default none @example { "/etc/hello/rules.json": "{}" } */
  configFiles?: Texts;
  /**
   * Contents of read-only files from a Secret, by path. The node keeps them in memory.
   * @default none
   * @example { "/etc/hello/client.key": config.requireSecret("clientKey") }
   */
  secretFiles?: Texts;

  /** Maximum size of the writable folder /tmp. The rest of the file system is read-only. @default "64Mi" */
  tmpSize?: string;
  /**
   * Additional writable folders, each with its maximum size. They are empty whenever a pod starts.
   * @default none
   * @example { "/var/cache/app": "128Mi" }
   */
  writablePaths?: Record<string, WritablePath>;
  /**
   * Whether the container's whole file system is writable. This weakens security: an attacker who controls the process
   * can then change its files.
   * @default false
   */
  writableRoot?: boolean;
  /**
   * User and group id of the process. It must be at least 10000: lower ids may belong to a user of the node.
   * @default 10001
   */
  userId?: number;

  /**
   * How strictly to spread pods over zones. "preferred" runs a pod in any zone with room. "required" keeps the zones
   * even, and makes pods wait if a zone has no room.
   * @default "preferred"
   * @example "required"
   */
  zoneSpread?: ZoneSpread;
  /** Labels that a node must have. @default any node @example { "kubernetes.azure.com/agentpool": "apps" } */
  nodeSelector?: Record<string, string>;
  /** Taints that the pods tolerate, as `KEY[=VALUE]:EFFECT`. @default none @example ["team=data:NoSchedule"] */
  tolerations?: string[];
  /**
   * PriorityClass of the pods. It must exist in the cluster.
   * @default the cluster's default
   * @example "business-critical"
   */
  priorityClass?: string;

  /**
   * Who can reach the Service: the cluster's pods ("ClusterIP"), the virtual network ("InternalLoadBalancer") or the
   * internet ("PublicLoadBalancer").
   * @default "ClusterIP"
   * @example "InternalLoadBalancer"
   */
  serviceType?: ServiceType;
  /** Port of the Service. @default 80 */
  servicePort?: number;
  /**
   * Annotations of the Service, for example to configure Azure's load balancer.
   * @default none
   * @example { "service.beta.kubernetes.io/azure-dns-label-name": "shop" }
   */
  serviceAnnotations?: Texts;
  /**
   * Route from a Gateway's host name to the Service.
   * @default none
   * @example { hostname: "shop.example.com", gateway: { namespace: "web", name: "hello" } }
   */
  route?: RouteArgs;
  /**
   * Who may connect to the pods: namespaces and address ranges (CIDR). With a load balancer, only address ranges are
   * allowed.
   * @default the cluster's pods; behind a load balancer everyone who reaches it
   * @example ["web"]
   */
  ingressFrom?: string[];
  /**
   * Namespaces and address ranges (CIDR) that the pods may connect to, in addition to DNS: for example a database's
   * subnet.
   * @default none
   * @example ["10.224.32.0/24"]
   */
  egressTo?: string[];

  /**
   * Identity that the pods use to sign in to Azure (workload identity), such as an `AppIdentity`. AKS gives the pods a
   * token for Entra and the variables that Azure's libraries read. The network policy allows traffic to Entra.
   * @default none
   * @example { clientId: appIdentity.clientId }
   */
  identity?: PodIdentityArgs;
  /**
   * Secrets of a Key Vault, as variables and files of the process. Needs `identity`, and the Secrets Store CSI driver on
   * the cluster: `secretsStore` of `Cluster`. Secrets must exist before the pods start. The driver reads them on the node,
   * so the network policy does not change.
   * @default none
   * @example { vaultName: "shop", tenantId: identity.tenantId, secrets: { DATABASE_PASSWORD: "database-password" } }
   */
  keyVault?: KeyVaultSecretsArgs;

  /**
   * Labels of all the workload's objects, in addition to `app.kubernetes.io/*`.
   * @default none
   * @example { team: "shop" }
   */
  labels?: Texts;
  /**
   * Annotations of the pods, for example for monitoring tools.
   * @default none
   * @example { "prometheus.io/scrape": "true" }
   */
  podAnnotations?: Texts;
}

type Nested = "requests" | "limits" | "liveness" | "readiness";
/** The arguments without a default. */
type Optional = "autoscale" | "route" | "priorityClass" | "identity" | "keyVault";

/**
 * WorkloadArgs with all defaults filled in.
 * @internal
 */
export type WorkloadSettings = Required<Omit<WorkloadArgs, Nested | Optional>> &
  Pick<WorkloadArgs, Optional> & {
    requests: ResourceArgs;
    limits: ResourceArgs;
    liveness: ProbeArgs;
    readiness: ProbeArgs;
  };

/** The only place that defines these defaults. The stack's settings read them from here. */
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

/** Removes keys whose value is `undefined`, which would hide a default. */
function given<T extends object>(args: T | undefined): T {
  return Object.fromEntries(Object.entries(args ?? {}).filter(([, value]) => value !== undefined)) as T;
}
