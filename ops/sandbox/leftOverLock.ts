/** When a lock on a sandbox's state counts as left over, for a workflow whose jobs on one sandbox run one after the other. */
import { jobTimeLimitMinutes } from "../github/workflow.ts";
import type { LockTaking } from "../pulumi/stackLock.ts";
import type { Sandbox } from "./listSandboxes.ts";

/**
 * The jobs that create and delete one sandbox exclude each other. Only the reaper works beside them, and it notes when it began.
 * @param sandbox absent: there is none yet
 */
export function leftOverLock(
  takeLock: boolean,
  sandbox: Pick<Sandbox, "tried"> | undefined,
  now: Date,
  { RUNNER_ENVIRONMENT }: NodeJS.ProcessEnv = process.env,
): LockTaking {
  if (!takeLock) return {};
  const reaperMayBeAtIt =
    sandbox?.tried !== undefined && now.getTime() - sandbox.tried.getTime() < jobTimeLimitMinutes * 60_000;
  // A machine of one's own may go on with a job that GitHub has given up: https://github.com/actions/runner/issues/3539
  const outlivesItsJob = RUNNER_ENVIRONMENT === "self-hosted";
  return { take: true, jobMinutes: reaperMayBeAtIt || outlivesItsJob ? jobTimeLimitMinutes : 0 };
}

/** For the reaper, which works beside those jobs: older than any of them can be. */
export const reapersLock = (takeLock: boolean): LockTaking =>
  takeLock ? { take: true, jobMinutes: jobTimeLimitMinutes } : {};
