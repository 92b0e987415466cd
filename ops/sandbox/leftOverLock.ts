/** When a lock on a sandbox's state counts as stale, for a workflow whose jobs on one sandbox run one after another. */
import { jobTimeLimitMinutes, outlivesItsJob } from "../github/workflow.ts";
import type { LockTaking } from "../pulumi/stackLock.ts";
import type { Sandbox } from "./listSandboxes.ts";

/**
 * Jobs that create, change or delete the same sandbox never run at the same time. Only a reaper that somebody runs by hand
 * may, and it records when it began.
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
