/** Ranges of the numbers that a workload is given. They stand only here: the stack's settings take theirs from these. */
import type { Bounds } from "@tarmac/validate/numbers";

/** Both ends are allowed. */
export const workloadBounds = {
  replicas: [1, 1000],
  // Below 1024, only root may listen.
  port: [1024, 65535],
  servicePort: [1, 65535],
  startupSeconds: [0, 3600],
  preStopSeconds: [0, 300],
  drainSeconds: [0, 300],
  gracePeriodSeconds: [1, 3600],
  // Below 10000, the id may belong to a user of the node.
  userId: [10000, 2 ** 31 - 1],
} satisfies Record<string, Bounds>;

/** The same for each probe. */
export const probeBounds = {
  initialDelaySeconds: [0, 3600],
  periodSeconds: [1, 3600],
  timeoutSeconds: [1, 3600],
  failureThreshold: [1, 100],
} satisfies Record<string, Bounds>;

/** How long a rollout may go without a new pod that is ready, before it counts as failed. */
export const progressDeadlineSeconds = (startupSeconds: number): number => 300 + startupSeconds;
