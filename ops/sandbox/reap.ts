/** `sandbox reap`: takes down whatever has expired. One that resists does not save the others. */
import type { Context } from "./context.ts";
import { down, type Down } from "./down.ts";
import { prefix } from "./name.ts";
import { allStacks, isExpired, listSandboxes, type Sandbox } from "./sandboxes.ts";
import { azureSettings } from "./stackFile.ts";

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

/**
 * Besides stacks, resource groups that say they are an expired sandbox's are taken down when no stack knows them any more.
 * @param dryRun only look
 */
export async function reap(context: Context, form: string, dryRun: boolean): Promise<Reaping> {
  const { cli, folder, now, say } = context;
  const sandboxes = await listSandboxes(cli);
  const expired = sandboxes.filter((sandbox) => isExpired(sandbox, now()));
  const reaped: Reaped[] = [];
  for (const sandbox of expired) {
    const line = { stack: sandbox.stack, owner: sandbox.owner, expires: sandbox.expires?.toISOString() ?? "" };
    if (dryRun) {
      reaped.push(line);
      continue;
    }
    say(`taking down ${sandbox.stack} of ${sandbox.owner}`);
    reaped.push({ ...line, result: await attempt(() => down(context, sandbox, form)) });
  }
  const known = new Set((await allStacks(cli)).map(({ name }) => name.split("/").at(-1)));
  const azure = await context.azure(azureSettings(folder, form, form));
  for (const { name, tags } of await azure.groups()) {
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
    kept: sandboxes.filter((sandbox) => sandbox.expires !== undefined && !isExpired(sandbox, now())),
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
