/** `sandbox up`: a stack of one's own, with an end. Also mends and updates one that is there. */
import { expiry } from "./lifetime.ts";
import { sandboxStack } from "./name.ts";
import { allStacks, stackTags, tags, tagStack } from "./sandboxes.ts";
import { withLock } from "../pulumi/lock.ts";
import type { Context } from "./context.ts";
import { stackFile, writeStackFile } from "./stackFile.ts";

export interface UpOptions {
  /** Minutes. */
  lifetime: number;
  owner: string;
  /** Name of the stack whose file is the form. */
  form: string;
}

export interface Made {
  stack: string;
  expires: string;
  outputs: Record<string, unknown>;
}

/**
 * @param name of the sandbox, e.g. the branch it is for
 * @throws Error when the stack is another's or cannot be used; PulumiFailed when the update fails: what it made stays
 *   until the sandbox expires or is taken down
 */
export async function up(context: Context, name: string, options: UpOptions): Promise<Made> {
  const { cli, folder, say } = context;
  const stack = sandboxStack(name);
  const expires = expiry(context.now(), options.lifetime);
  const there = (await allStacks(cli)).some((listed) => listed.name.split("/").at(-1) === stack);
  if (there) await refuseOthers(context, stack, name);
  writeStackFile(folder, options.form, { stack, owner: options.owner, expires });
  if (!there) await cli.run(["stack", "init", stack, "--no-select"]);
  // Before anything is made: whatever happens from here on, the sandbox is known to have an end.
  await tagStack(cli, stack, {
    [tags.sandbox]: "true",
    [tags.name]: name,
    [tags.owner]: options.owner,
    [tags.expires]: expires,
  });
  say(`${there ? "updating" : "making"} ${stack}, which expires at ${expires}`);
  const target = ["--stack", stack, "--config-file", stackFile(folder, stack)];
  await withLock(context, stack, async () => {
    if (there) await adoptPending(context, stack, target);
    await cli.work(["up", "--yes", "--skip-preview", ...target]);
  });
  const outputs = JSON.parse(await cli.run(["stack", "output", "--json", "--stack", stack])) as Record<string, unknown>;
  return { stack, expires, outputs };
}

/** A stack of that name that is no sandbox, or the sandbox of another branch, is left alone. */
async function refuseOthers({ cli }: Context, stack: string, name: string): Promise<void> {
  const found = await stackTags(cli, stack);
  if (found[tags.sandbox] !== "true") {
    throw new Error(`stack "${stack}" is there and is no sandbox: choose another name`);
  }
  const other = found[tags.name];
  if (other !== undefined && other !== name && other !== stack && name !== stack) {
    throw new Error(`${stack} is the sandbox of "${other}", which is called alike: choose another name`);
  }
}

/** After an interrupted update: what is really there comes into the state, so that it is not made twice. */
async function adoptPending({ cli, say }: Context, stack: string, target: readonly string[]): Promise<void> {
  const { deployment } = JSON.parse(await cli.run(["stack", "export", "--stack", stack])) as {
    deployment: { pending_operations?: unknown[] };
  };
  if ((deployment.pending_operations ?? []).length === 0) return;
  say("an earlier update was interrupted: looking at what it left");
  await cli.work(["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--run-program", ...target]);
}
