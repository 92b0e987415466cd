/** What a check uses where neither the command line nor a stack says otherwise. The command's help names these values. */
import { workloadDefaults, type WorkloadSettings } from "@tarmac/components/workload/workloadArgs";

type Times = Pick<WorkloadSettings, "startupSeconds" | "readiness" | "gracePeriodSeconds" | "preStopSeconds">;

/** Seconds from the start in which the readiness path must succeed. A slow starter is not probed before its startup time has passed. */
export const secondsToReady = ({ startupSeconds, readiness }: Times): number =>
  startupSeconds + readiness.initialDelaySeconds + readiness.periodSeconds * readiness.failureThreshold;

/** Seconds from SIGTERM to SIGKILL. The pause before SIGTERM also counts toward the grace period. */
export const secondsToKill = ({ gracePeriodSeconds, preStopSeconds }: Times): number =>
  gracePeriodSeconds - preStopSeconds;

export const checkDefaults = {
  memory: workloadDefaults.limits.memory,
  cpu: workloadDefaults.limits.cpu,
  user: workloadDefaults.userId,
  port: workloadDefaults.port,
  tmpSize: workloadDefaults.tmpSize,
  healthPath: workloadDefaults.liveness.path,
  readyPath: workloadDefaults.readiness.path,
  readySeconds: secondsToReady(workloadDefaults),
  drainSeconds: workloadDefaults.drainSeconds,
  graceSeconds: secondsToKill(workloadDefaults),
  load: { path: "/", requests: 2000, connections: 20 },
  timeoutSeconds: 300,
} as const;
