import type * as pulumi from "@pulumi/pulumi";
import { refuseUnless } from "../refusal.ts";
import { appNameProblem, httpPathProblem, variableNameProblem } from "../../validate/names.ts";
import { cidrProblem } from "../../validate/cidr.ts";
import { integerProblem } from "../../validate/numbers.ts";
import { cpuProblem, memoryProblem, requestOverLimitProblem } from "../../validate/quantity.ts";

/** An HTTP check by the kubelet, on the container's own port. */
export interface ProbeArgs {
  /** e.g. "/healthz" */
  path: string;
  /** Time from the container's start to the first check. */
  initialDelaySeconds: number;
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

export interface WorkloadArgs {
  /** Namespace to run in. */
  namespace: pulumi.Input<string>;
  /** Image by tag and digest, `HOST/REPOSITORY:TAG@sha256:...`, as AppImage's `reference` gives it. */
  image: pulumi.Input<string>;
  /** Names of Secrets with the registry's password, for a registry that the nodes' own identity cannot pull from. @default none */
  imagePullSecrets?: pulumi.Input<string>[];
  /** @default 3 */
  replicas?: number;
  /** Port the process listens on, told to it as PORT. 1024 or higher: it is not root. @default 8080 */
  port?: number;
  /** What the scheduler reserves. @default 128Mi and 100m */
  requests?: Partial<ResourceArgs>;
  /** What is never exceeded: over the memory the process is killed, over the CPU it is slowed. @default 256Mi and 500m */
  limits?: Partial<ResourceArgs>;
  /** Is the process beyond help? It is restarted. @default /healthz, after 15 s, every 10 s, 3 misses */
  liveness?: Partial<ProbeArgs>;
  /** May it get requests now? @default /ready, at once, every 5 s, 3 misses */
  readiness?: Partial<ProbeArgs>;
  /** Environment variables. Not for secrets: everybody who can read Deployments can read these. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Pause before SIGTERM, in which endpoints and load balancers take note that the pod goes. @default 5 */
  preStopSeconds?: number;
  /** How long the process goes on serving after SIGTERM, told to it as DRAIN_SECONDS. @default 5 */
  drainSeconds?: number;
  /** From the start of preStop to SIGKILL; longer than preStop, drain and the slowest request together. @default 30 */
  gracePeriodSeconds?: number;
  /** Size of the writable /tmp; the rest of the file system is read-only. @default "64Mi" */
  tmpSize?: string;
  /** @default "ClusterIP" */
  serviceType?: ServiceType;
  /** Port of the Service. @default 80 */
  servicePort?: number;
  /** Address ranges (CIDR) the pods may connect to, besides name resolution; e.g. a database's subnet. @default none */
  egressTo?: string[];
  /** User and group id of the process, 10000 or higher: ids below may be somebody's on the node. @default 10001 */
  userId?: number;
  /** Labels beside `app.kubernetes.io/*`. */
  labels?: Record<string, pulumi.Input<string>>;
}

/** WorkloadArgs with every default in place. */
export type WorkloadSettings = Required<Omit<WorkloadArgs, "requests" | "limits" | "liveness" | "readiness">> & {
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
  environment: {},
  preStopSeconds: 5,
  drainSeconds: 5,
  gracePeriodSeconds: 30,
  tmpSize: "64Mi",
  serviceType: "ClusterIP",
  servicePort: 80,
  egressTo: [],
  userId: 10001,
  labels: {},
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

/** Variables that tarmac sets itself, and what they are made from. */
const ownVariables = new Map([
  ["PORT", "port"],
  ["DRAIN_SECONDS", "drainSeconds"],
  ["POD_NAME", "the pod's name"],
  ["NODE_NAME", "the name of the pod's node"],
  ["SERVICE_NAME", "the component's name"],
]);

/** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError that names every argument Kubernetes or good sense would refuse. */
export function refuseBadWorkload(name: string, s: WorkloadSettings): void {
  refuseUnless([
    ["name", appNameProblem(name)],
    ["image", typeof s.image === "string" ? pinnedImageProblem(s.image) : undefined],
    ["replicas", integerProblem(s.replicas, 1, 1000)],
    ["port", integerProblem(s.port, 1024, 65535)],
    ["servicePort", integerProblem(s.servicePort, 1, 65535)],
    ...s.egressTo.map((cidr, i) => [`egressTo[${i}]`, cidrProblem(cidr)] as const),
    ["userId", integerProblem(s.userId, 10000, 2 ** 31 - 1)],
    ["requests.memory", memoryProblem(s.requests.memory)],
    ["requests.cpu", cpuProblem(s.requests.cpu)],
    ["limits.memory", memoryProblem(s.limits.memory)],
    ["limits.cpu", cpuProblem(s.limits.cpu)],
    ["requests.memory", requestOverLimitProblem("memory", s.requests.memory, s.limits.memory)],
    ["requests.cpu", requestOverLimitProblem("cpu", s.requests.cpu, s.limits.cpu)],
    ["tmpSize", memoryProblem(s.tmpSize)],
    ...probeFindings("liveness", s.liveness),
    ...probeFindings("readiness", s.readiness),
    ["readiness.path", samePathProblem(s)],
    ["preStopSeconds", integerProblem(s.preStopSeconds, 0, 300)],
    ["drainSeconds", integerProblem(s.drainSeconds, 0, 300)],
    ["gracePeriodSeconds", integerProblem(s.gracePeriodSeconds, 1, 3600)],
    ["gracePeriodSeconds", gracePeriodProblem(s)],
    ...Object.keys(s.environment).map(
      (variable) => [`environment.${variable}`, reservedVariableProblem(variable)] as const,
    ),
  ]);
}

function probeFindings(probe: string, p: ProbeArgs) {
  return [
    [`${probe}.path`, httpPathProblem(p.path)],
    [`${probe}.initialDelaySeconds`, integerProblem(p.initialDelaySeconds, 0, 3600)],
    [`${probe}.periodSeconds`, integerProblem(p.periodSeconds, 1, 3600)],
    [`${probe}.timeoutSeconds`, integerProblem(p.timeoutSeconds, 1, 3600)],
    [`${probe}.failureThreshold`, integerProblem(p.failureThreshold, 1, 100)],
  ] as const;
}

function samePathProblem({ liveness, readiness }: WorkloadSettings): string | undefined {
  if (liveness.path !== readiness.path) return undefined;
  return `"${readiness.path}" is the liveness path as well: a pod that is merely not ready would be killed; use two endpoints, e.g. "/healthz" and "/ready"`;
}

/** What is wrong with the time a pod gets to stop, or `undefined`. Also used where the settings are read. */
export function gracePeriodProblem(
  s: Pick<WorkloadSettings, "gracePeriodSeconds" | "preStopSeconds" | "drainSeconds">,
): string | undefined {
  const needed = s.preStopSeconds + s.drainSeconds;
  if (s.gracePeriodSeconds > needed) return undefined;
  return (
    `${s.gracePeriodSeconds} s are over before preStop (${s.preStopSeconds} s) and drain (${s.drainSeconds} s) are, so the pod would be killed while it serves: ` +
    `use more than ${needed}, plus the time of your slowest request`
  );
}

/** What is wrong with the name of an environment variable that a workload is given, or `undefined`. */
export function reservedVariableProblem(variable: string): string | undefined {
  const owner = ownVariables.get(variable);
  return owner === undefined
    ? variableNameProblem(variable)
    : `${variable} is set by tarmac (from ${owner}): leave it out here`;
}

/** What is wrong with an image that is to run, or `undefined`. */
export function pinnedImageProblem(image: string): string | undefined {
  const allowed = "name registry host, repository, tag and digest, e.g. myregistry.azurecr.io/hello:1.4.2@sha256:...";
  if (!/^[^/]+[.:][^/]*\/|^localhost\//.test(image)) {
    return `"${image}" has no registry host, so nodes would look for it in the public default registry: ${allowed}`;
  }
  if (/:latest(@|$)/.test(image)) return `"${image}" runs "latest", which changes its meaning: ${allowed}`;
  if (!/:[\w][\w.-]*@sha256:[0-9a-f]{64}$/.test(image)) return `"${image}" is not an exact image: ${allowed}`;
  return undefined;
}
