/**
 * `sandbox due`: what a schedule has to do, sandbox by sandbox. The workflow does each in the concurrency group of that
 * sandbox, so that nothing stops or deletes a sandbox while another job creates or updates it. GitHub runs at most one job
 * of a group. https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 */
import type { Context } from "./context.ts";
import { isExpired, listSandboxes, type Sandbox } from "./listSandboxes.ts";
import { byTurn, reap, type Reaping, type ReapOptions } from "./reap.ts";
import { sandboxStack } from "./sandboxName.ts";
import { followSchedule, type Schedule, turnOf } from "./sleep.ts";

export interface Due {
  /** Stacks with something to do, those that were tried longest ago first. */
  due: string[];
  /** The other sandboxes, and those whose expiry cannot be read. */
  rest: Sandbox[];
  /** Sandboxes whose hours cannot be read. */
  failed: Schedule["failed"];
}

/** The limit of a matrix is 256. Somebody's code in a sandbox can create more stacks than that; the next run goes on. */
const atMost = 100;

export async function dueSandboxes(context: Context, form: string): Promise<Due> {
  const now = context.now();
  const result: Due = { due: [], rest: [], failed: [] };
  for (const sandbox of (await listSandboxes(context.cli)).sort(byTurn)) {
    try {
      const isDue = isExpired(sandbox, now) || (await turnOf(context, sandbox, form)) !== undefined;
      if (isDue && result.due.length < atMost) result.due.push(sandbox.stack);
      else result.rest.push(sandbox);
    } catch (error) {
      result.rest.push(sandbox);
      result.failed.push({ stack: sandbox.stack, reason: (error as Error).message });
    }
  }
  return result;
}

export interface DueDone {
  /** What happened if the sandbox had expired. */
  reaping?: Reaping;
  /** What happened otherwise. */
  schedule?: Schedule;
}

/**
 * Does what is due for one sandbox now, which may be nothing any more: somebody may have extended it, woken it or taken it
 * down since.
 */
export async function doDue(context: Context, name: string, options: Omit<ReapOptions, "only">): Promise<DueDone> {
  const [sandbox] = await listSandboxes(context.cli, [sandboxStack(name)]);
  if (sandbox === undefined) return {};
  return isExpired(sandbox, context.now())
    ? { reaping: await reap(context, { ...options, only: sandbox.stack }) }
    : { schedule: await followSchedule(context, options.form, [sandbox.stack]) };
}
