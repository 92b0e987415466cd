/** Bounds of a workload's numbers. This is their only definition: the stack's settings read them from here. */
import type { Bounds } from "@tarmac/validate/numbers";

/** Inclusive bounds. */
export const workloadBounds = {
  replicas: [1, 1000],
  // Only root may listen on ports below 1024.
  port: [1024, 65535],
  servicePort: [1, 65535],
  startupSeconds: [0, 3600],
  preStopSeconds: [0, 300],
  drainSeconds: [0, 300],
  gracePeriodSeconds: [1, 3600],
  // Ids below 10000 may belong to a user of the node.
  userId: [10000, 2 ** 31 - 1],
} satisfies Record<string, Bounds>;

/** Inclusive bounds of each probe's numbers. */
export const probeBounds = {
  initialDelaySeconds: [0, 3600],
  periodSeconds: [1, 3600],
  timeoutSeconds: [1, 3600],
  failureThreshold: [1, 100],
} satisfies Record<string, Bounds>;

/** Returns the seconds that a rollout may take without a new ready pod before it counts as failed. */
export const progressDeadlineSeconds = (startupSeconds: number): number => 300 + startupSeconds;
