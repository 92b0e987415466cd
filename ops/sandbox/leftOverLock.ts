/** When a lock on a sandbox's state counts as stale, for a workflow whose jobs on one sandbox run one after another. */
import { jobTimeLimitMinutes, outlivesItsJob } from "../github/workflow.ts";
import type { LockTaking } from "../pulumi/stackLock.ts";
import type { Sandbox } from "./listSandboxes.ts";

/**
 * Jobs that create or delete the same sandbox never run at the same time. Only the reaper runs in parallel, and it
 * records when it began.
 * @param sandbox absent: the sandbox does not exist yet
 */
export function leftOverLock(
  takeLock: boolean,
  sandbox: Pick<Sandbox, "tried"> | undefined,
  now: Date,
  env: NodeJS.ProcessEnv = process.env,
): LockTaking {
  if (!takeLock) return {};
  const reaperMayBeAtIt =
    sandbox?.tried !== undefined && now.getTime() - sandbox.tried.getTime() < jobTimeLimitMinutes * 60_000;
  return { take: true, jobMinutes: reaperMayBeAtIt || outlivesItsJob(env) ? jobTimeLimitMinutes : 0 };
}

/** For the reaper, which runs in parallel to those jobs: the lock must be older than any job can be. */
export const reapersLock = (takeLock: boolean): LockTaking =>
  takeLock ? { take: true, jobMinutes: jobTimeLimitMinutes } : {};
