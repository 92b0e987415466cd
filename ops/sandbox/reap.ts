/** `sandbox reap`: takes down whatever has expired. One that resists does not save the others. */
import type { Context } from "./context.ts";
import { down, type Down, type DownOptions } from "./down.ts";
import { prefix } from "./sandboxName.ts";
import { allStacks, isExpired, listSandboxes, readSandbox, shortName, type Sandbox } from "./listSandboxes.ts";
import { appOf, azureSettings } from "./sandboxFile.ts";

export interface Reaped {
  stack: string;
  owner: string;
  expires: string;
  /** `undefined` when it was only looked at. */
  result?: Down | { failed: string };
}

export interface Reaping {
  reaped: Reaped[];
  /** Sandboxes that live on. */
  kept: Sandbox[];
  /** Those whose expiry cannot be read: they live until somebody looks. */
  endless: Sandbox[];
}

export interface ReapOptions extends DownOptions {
  /** Only look. */
  dryRun: boolean;
}

/**
 * Besides stacks, resource groups that say they are an expired sandbox's are taken down when no stack knows them any more.
 */
export async function reap(context: Context, { form, dryRun, madeByOthers }: ReapOptions): Promise<Reaping> {
  const { cli, folder, now, say } = context;
  // Without Azure nothing could be taken down: that is said once, and not of each.
  const azure = await context.azure(azureSettings(folder, form, form));
  const app = appOf(folder, form, form);
  await azure.groups({ app });
  const sandboxes = await listSandboxes(cli);
  const expired = sandboxes.filter((sandbox) => isExpired(sandbox, now()));
  const kept = sandboxes.filter((sandbox) => sandbox.expires !== undefined && !isExpired(sandbox, now()));
  const reaped: Reaped[] = [];
  for (const sandbox of expired) {
    const line = { stack: sandbox.stack, owner: sandbox.owner, expires: sandbox.expires?.toISOString() ?? "" };
    if (dryRun) {
      reaped.push(line);
      continue;
    }
    // The ones before it took their time, in which somebody may have extended it or taken it down.
    const still = await readSandbox(cli, { name: sandbox.reference });
    if (still === undefined) continue;
    if (!isExpired(still, now())) {
      kept.push({ ...sandbox, ...still, resources: sandbox.resources });
      continue;
    }
    say(`taking down ${sandbox.stack} of ${sandbox.owner}`);
    const result = await attempt(() => down(context, sandbox, { form, madeByOthers }));
    if ("failed" in result && (await readSandbox(cli, { name: sandbox.reference })) === undefined)
      say(`${sandbox.stack} is gone: somebody else took it down at the same time`);
    else reaped.push({ ...line, result });
  }
  const known = new Set((await allStacks(cli)).map(({ name }) => shortName(name)));
  for (const { name, tags } of await azure.groups({ app })) {
    const { stack = "", expires = "", owner = "unknown" } = tags;
    if (!stack.startsWith(prefix) || known.has(stack) || !(Date.parse(expires) <= now().getTime())) continue;
    const line = { stack, owner, expires };
    if (dryRun) {
      reaped.push(line);
      continue;
    }
    const what = `resource group ${name}`;
    say(`deleting ${what}: its stack ${stack} is gone`);
    const delivered = await attempt(async () => {
      await azure.deleteGroup(name);
      return { stack, swept: [what], left: [], kept: [] };
    });
    reaped.push({ ...line, result: delivered });
  }
  return {
    reaped,
    kept,
    endless: sandboxes.filter(({ expires }) => expires === undefined),
  };
}

async function attempt(act: () => Promise<Down>): Promise<Down | { failed: string }> {
  try {
    return await act();
  } catch (error) {
    return { failed: (error as Error).message };
  }
}
