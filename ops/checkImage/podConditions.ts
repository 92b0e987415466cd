/**
 * The conditions under which the image runs: those of the Deployment that the workload's settings produce, as far as
 * they apply to a single container.
 */
import { podTemplate } from "@tarmac/components/workload/podTemplate";
import { withDefaults, type WorkloadArgs, type WorkloadSettings } from "@tarmac/components/workload/workloadArgs";
import { parseQuantity } from "@tarmac/validate/quantity";
import { secondsToKill, secondsToReady } from "./checkDefaults.ts";

export interface Conditions {
  /** Numeric user and group of the process. */
  user: number;
  port: number;
  /** Set by the Deployment; overrides the image's own ENV. */
  environment: Record<string, string>;
  /** Bytes. */
  memory: number;
  cpus: number;
  /** Size of /tmp in bytes. */
  tmpSize: number;
  /** Folders besides /tmp that a volume makes writable. */
  writable: string[];
  /** Whether the rest of the file system is read-only. It is, unless the stack loosens that. */
  readOnlyRoot: boolean;
  healthPath: string;
  readyPath: string;
  /** Timeout of a readiness check, in milliseconds. */
  readyTimeout: number;
  /** Timeout of a liveness check, in milliseconds. */
  healthTimeout: number;
  /** Number of consecutive failed liveness checks after which the kubelet restarts the container. */
  healthFailures: number;
  /** How long the process should keep serving after the stop signal, in milliseconds. */
  drain: number;
  /** How soon after the start the readiness path must succeed, in milliseconds. */
  readyWithin: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  grace: number;
  /** Platform of the nodes. */
  platform: string;
  /** Maximum compressed size in bytes. */
  sizeBudget?: number;
  load: { path: string; requests: number; connections: number };
  /** Docker network with the services that it needs. Absent: the engine's default network. */
  network?: string;
}

/** Settings specific to the image check, besides the workload's. */
export type CheckSettings = Pick<Conditions, "writable" | "platform" | "sizeBudget" | "load"> &
  Partial<Pick<Conditions, "readyWithin" | "grace" | "network">>;

/**
 * @param name the workload's name, which the process receives
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
    readyWithin: check.readyWithin ?? secondsToReady(settings) * 1000,
    grace: check.grace ?? secondsToKill(settings) * 1000,
    platform: check.platform,
    sizeBudget: check.sizeBudget,
    load: check.load,
    ...(check.network === undefined ? {} : { network: check.network }),
  };
}

/**
 * The variables of the Deployment's pod template; secrets and values that only a cluster knows are replaced with
 * placeholders.
 */
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
