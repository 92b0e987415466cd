/** `sandbox reap`: takes down expired sandboxes. A deletion that fails or hangs does not stop the rest. */
import { backendTag } from "../azure/marks.ts";
import { PulumiKilled } from "../pulumi/pulumiCli.ts";
import { shortName } from "../pulumi/stackName.ts";
import { setTags } from "../pulumi/stackState.ts";
import { backendMark } from "./backendMark.ts";
import type { Context } from "./context.ts";
import { down, type Down, type DownOptions } from "./sandboxDown.ts";
import { prefix } from "./sandboxName.ts";
import { allStacks, isExpired, listSandboxes, readSandbox, tags as stackTags, type Sandbox } from "./listSandboxes.ts";
import { withTimeBudget } from "./timeBudget.ts";
import { appOf, azureSettings } from "./sandboxFile.ts";

export interface Reaped {
  stack: string;
  owner: string;
  expires: string;
  /** `undefined` in a dry run. */
  result?: Down | { failed: string };
}

export interface Reaping {
  reaped: Reaped[];
  /** Sandboxes that have not expired. */
  kept: Sandbox[];
  /** Sandboxes whose expiry cannot be read: they stay until a person checks them. */
  endless: Sandbox[];
  /** Expired sandboxes that this run had no time for. The next run begins with them. */
  postponed: Sandbox[];
  /** Resource groups of expired sandboxes that have no stack and no mark of a state backend. */
  unclaimed: { group: string; stack: string; owner: string }[];
}

export interface ReapOptions extends DownOptions {
  /** Only look. */
  dryRun: boolean;
  /** Time limit for one sandbox, in minutes. */
  budget: number;
  /** Time limit for all sandboxes together, in minutes. */
  within: number;
  /** Stack of the only sandbox; or only the resource groups whose stack is gone. Default: everything. */
  only?: string | typeof groupsOnly;
}

export const groupsOnly = Symbol("groups only");

/** Minutes; with less time left, no deletion is started. */
const shortestBudget = 5;

/** Takes down expired stacks, and resource groups tagged as an expired sandbox's that no longer have a stack. */
export async function reap(context: Context, options: ReapOptions): Promise<Reaping> {
  const { form, dryRun, madeByOthers } = options;
  const { cli, folder, now, say } = context;
  const end = now().getTime() + options.within * 60_000;
  const minutesLeft = () => Math.floor((end - now().getTime()) / 60_000);
  // Without Azure nothing could be taken down: report that once, not per sandbox.
  const azure = await context.azure(azureSettings(folder, form, form));
  const app = appOf(folder, form, form);
  await azure.groups({ app });
  const { only } = options;
  const sandboxes = only === groupsOnly ? [] : await listSandboxes(cli, only === undefined ? undefined : [only]);
  const expired = sandboxes.filter((sandbox) => isExpired(sandbox, now())).sort(byTurn);
  const kept = sandboxes.filter((sandbox) => sandbox.expires !== undefined && !isExpired(sandbox, now()));
  const reaped: Reaped[] = [];
  const postponed: Sandbox[] = [];
  for (const sandbox of expired) {
    const line = { stack: sandbox.stack, owner: sandbox.owner, expires: sandbox.expires?.toISOString() ?? "" };
    if (dryRun) {
      reaped.push(line);
      continue;
    }
    if (minutesLeft() < shortestBudget) {
      postponed.push(sandbox);
      continue;
    }
    // Earlier deletions took time. Meanwhile the sandbox may have been extended or taken down.
    const still = await readSandbox(cli, { name: sandbox.reference });
    if (still === undefined) continue;
    if (!isExpired(still, now())) {
      kept.push({ ...sandbox, ...still, resources: sandbox.resources });
      continue;
    }
    say(`taking down ${sandbox.stack} of ${sandbox.owner}`);
    const ended = await attempt(async () => {
      await setTags(cli, sandbox.reference, { [stackTags.tried]: now().toISOString() });
      try {
        const minutes = Math.min(options.budget, minutesLeft());
        return await withTimeBudget(context, minutes, (bounded) => down(bounded, sandbox, { form, madeByOthers }));
      } catch (error) {
        if (!(error instanceof PulumiKilled)) throw error;
        // The lock is this run's own: the next run should not have to wait until it counts as stale.
        await cli.run(["cancel", "--yes", "--stack", sandbox.reference]);
        throw error.cause;
      }
    });
    if ("failed" in ended && (await readSandbox(cli, { name: sandbox.reference })) === undefined)
      say(`${sandbox.stack} is gone: somebody else took it down at the same time`);
    else reaped.push({ ...line, result: ended });
  }
  const result = { reaped, kept, endless: sandboxes.filter(({ expires }) => expires === undefined), postponed };
  if (typeof only === "string") return { ...result, unclaimed: [] };
  const known = new Set((await allStacks(cli)).map(({ name }) => shortName(name)));
  const backend = await backendMark(cli);
  const unclaimed: Reaping["unclaimed"] = [];
  for (const { name, tags } of await azure.groups({ app, backend })) {
    const { stack = "", expires = "", owner = "unknown" } = tags;
    if (!stack.startsWith(prefix) || known.has(stack) || !(Date.parse(expires) <= now().getTime())) continue;
    if (tags[backendTag] === undefined) {
      unclaimed.push({ group: name, stack, owner });
      continue;
    }
    const line = { stack, owner, expires };
    if (dryRun) {
      reaped.push(line);
      continue;
    }
    const what = `resource group ${name}`;
    say(`deleting ${what}: its stack ${stack} is gone`);
    const minutes = Math.min(options.budget, Math.max(shortestBudget, minutesLeft()));
    const delivered = await attempt(() =>
      withTimeBudget(context, minutes, async (bounded) => {
        await (await bounded.azure(azureSettings(folder, form, form))).deleteGroup(name);
        return { stack, swept: [what], left: [], kept: [] };
      }),
    );
    reaped.push({ ...line, result: delivered });
  }
  return { ...result, unclaimed };
}

/**
 * Sandboxes that were never tried come first, then those with the oldest attempt: one that hangs comes after all
 * others.
 */
export const byTurn = (a: Sandbox, b: Sandbox): number =>
  (a.tried?.getTime() ?? 0) - (b.tried?.getTime() ?? 0) || (a.expires?.getTime() ?? 0) - (b.expires?.getTime() ?? 0);

async function attempt(act: () => Promise<Down>): Promise<Down | { failed: string }> {
  try {
    return await act();
  } catch (error) {
    return { failed: (error as Error).message };
  }
}
