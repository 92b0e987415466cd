/**
 * Under which conditions the image runs: those of the Deployment that the workload's settings make, as far as a single
 * container has them.
 */
import { podTemplate } from "@tarmac/components/workload/podTemplate";
import { withDefaults, type WorkloadArgs, type WorkloadSettings } from "@tarmac/components/workload/workloadArgs";
import { parseQuantity } from "@tarmac/validate/quantity";

export interface Conditions {
  /** Numeric user and group of the process. */
  user: number;
  port: number;
  /** What the Deployment sets; the image's own ENV comes below it. */
  environment: Record<string, string>;
  /** Bytes. */
  memory: number;
  cpus: number;
  /** Size of /tmp in bytes. */
  tmpSize: number;
  /** Folders beside /tmp that a volume makes writable. */
  writable: string[];
  /** Whether the rest of the file system is read-only, as it is unless the stack loosens that. */
  readOnlyRoot: boolean;
  healthPath: string;
  readyPath: string;
  /** Milliseconds a readiness check may take. */
  readyTimeout: number;
  /** Milliseconds a liveness check may take. */
  healthTimeout: number;
  /** So many failed liveness checks in a row make the kubelet restart the container. */
  healthFailures: number;
  /** Milliseconds that the process is told to serve on after the stop signal. */
  drain: number;
  /** Milliseconds from the start in which the readiness path must have answered well. */
  readyWithin: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  grace: number;
  /** The nodes' platform. */
  platform: string;
  /** Compressed size in bytes that must not be exceeded. */
  sizeBudget?: number;
  load: { path: string; requests: number; connections: number };
  /** The Docker network that it runs in, beside the services that it needs; absent: the engine's own. */
  network?: string;
}

/** What only the image check knows, beside the workload's settings. */
export type CheckSettings = Pick<Conditions, "writable" | "platform" | "sizeBudget" | "load"> &
  Partial<Pick<Conditions, "readyWithin" | "grace" | "network">>;

/**
 * @param name the workload's name, which the process is told
 * @param args the workload's settings
 */
export function conditionsOf(
  name: string,
  args: Omit<WorkloadArgs, "namespace" | "image">,
  check: CheckSettings,
): Conditions {
  const settings = withDefaults({ ...args, namespace: "check-image", image: "check-image" });
  const { limits, readiness, liveness } = settings;
  return {
    user: settings.userId,
    port: settings.port,
    environment: declaredEnvironment(name, settings),
    memory: Math.floor(parseQuantity(limits.memory) ?? 0),
    cpus: parseQuantity(limits.cpu) ?? 0,
    tmpSize: Math.floor(parseQuantity(settings.tmpSize) ?? 0),
    writable: [...Object.keys(settings.writablePaths), ...check.writable],
    readOnlyRoot: !settings.writableRoot,
    healthPath: liveness.path,
    readyPath: readiness.path,
    readyTimeout: readiness.timeoutSeconds * 1000,
    healthTimeout: liveness.timeoutSeconds * 1000,
    healthFailures: liveness.failureThreshold,
    drain: settings.drainSeconds * 1000,
    readyWithin:
      check.readyWithin ??
      // A slow starter is not asked before it has had its time.
      (settings.startupSeconds + readiness.initialDelaySeconds + readiness.periodSeconds * readiness.failureThreshold) *
        1000,
    // The pause before SIGTERM counts for the grace period as well.
    grace: check.grace ?? (settings.gracePeriodSeconds - settings.preStopSeconds) * 1000,
    platform: check.platform,
    sizeBudget: check.sizeBudget,
    load: check.load,
    ...(check.network === undefined ? {} : { network: check.network }),
  };
}

/** The variables of the Deployment's own pod template; secrets and what only a cluster can tell get a stand-in. */
function declaredEnvironment(name: string, settings: WorkloadSettings): Record<string, string> {
  const spec = podTemplate(name, settings, {}, "check-image").spec as unknown as {
    containers: { env: { name: string; value?: string }[] }[];
  };
  const variables = spec.containers[0]?.env ?? [];
  const known = Object.entries(settings.configValues).filter(([, value]) => typeof value === "string");
  return {
    ...Object.fromEntries(variables.map((variable) => [variable.name, variable.value ?? "tarmac-check"])),
    ...(Object.fromEntries(known) as Record<string, string>),
  };
}
