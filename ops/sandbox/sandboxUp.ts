/** `sandbox up`: creates a short-lived stack, or repairs and updates an existing one. */
import { clustersOfStack } from "../azure/clusterPower.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { policyFlags, type PolicyPack } from "../policy/policyPack.ts";
import { withLock } from "../pulumi/stackLock.ts";
import { adoptPending, pendingOf } from "../pulumi/pendingOperations.ts";
import { watchedUpdate } from "../rollout/watchedUpdate.ts";
import { shortName } from "../pulumi/stackName.ts";
import { outputsOf, removeTags, setTags, tagsOf } from "../pulumi/stackState.ts";
import { wakeClusters } from "../sleep/sleepingCluster.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import { backendMark } from "./backendMark.ts";
import type { Context } from "./context.ts";
import { expiry } from "./lifetime.ts";
import { sandboxStack } from "./sandboxName.ts";
import { allStacks, type ListedStack, tags } from "./listSandboxes.ts";
import { appOf, azureSettings, secretsProvider, writeStackFile } from "./sandboxFile.ts";

export interface UpOptions {
  /** Minutes. */
  lifetime: number;
  owner: string;
  /** Name of the stack whose file is the template. */
  form: string;
  /** A mandatory policy stops the update at the resource that violates it. */
  policyPack?: PolicyPack | undefined;
}

export interface Made {
  stack: string;
  /** The CLI's name for the stack. */
  reference: string;
  expires: string;
  outputs: Record<string, unknown>;
}

/**
 * @param name of the sandbox, e.g. its branch
 * @throws CouldNotRun if the stack belongs to another sandbox or cannot be used; PulumiFailed if the update fails: what
 * it created stays until the sandbox expires or is taken down
 */
export async function up(context: Context, name: string, options: UpOptions): Promise<Made> {
  const { cli, folder, say } = context;
  const stack = sandboxStack(name);
  const expires = expiry(context.now(), options.lifetime);
  const there = (await allStacks(cli)).find((listed) => shortName(listed.name) === stack);
  if (there !== undefined) await refuseOthers(context, there, name);
  writeStackFile(folder, options.form, { stack, owner: options.owner, expires, backend: await backendMark(cli) });
  const { objectId, person } = await (await context.azure(azureSettings(folder, stack, options.form))).principal();
  if (there === undefined) await context.preflight(stack, stackFile(folder, stack));
  if (there === undefined) await cli.run(["stack", "init", stack, "--no-select", ...secretsProvider(folder, stack)]);
  const reference = there?.name ?? stack;
  // Set the tags before anything is created, so that the sandbox always has an expiry. If this is interrupted after the
  // first tag, the stack still counts as a sandbox and is at least listed.
  await setTags(cli, reference, {
    [tags.sandbox]: "true",
    [tags.expires]: expires,
    [tags.name]: name,
    [tags.owner]: options.owner,
    ...(person ? {} : { [tags.deployer]: objectId }),
    // The user needs it now, so the schedule leaves it awake until its next turn.
    [tags.turned]: context.now().toISOString(),
    [tags.updating]: context.now().toISOString(),
  });
  try {
    await update(context, { stack, reference, expires, existed: there !== undefined }, options);
  } finally {
    // Without it, a schedule would wait an hour. The error of the update matters more than that of the tag.
    await removeTags(cli, reference, [tags.updating]).catch((error: unknown) => say((error as Error).message));
  }
  return { stack, reference, expires, outputs: await outputsOf(cli, reference) };
}

interface Updated {
  stack: string;
  reference: string;
  expires: string;
  existed: boolean;
}

async function update(context: Context, { stack, reference, expires, existed }: Updated, options: UpOptions) {
  const { cli, folder, say } = context;
  if (existed) await wake(context, stack, options.form);
  say(`${existed ? "updating" : "making"} ${stack}, which expires at ${expires}`);
  const target = ["--stack", reference, "--config-file", stackFile(folder, stack)];
  const work = async () => {
    if (existed && (await pendingOf(cli, reference)).length > 0) {
      say("an earlier update was interrupted: reading what it left");
      const azure = () => context.resources(azureSettings(folder, stack, options.form));
      await adoptPending({ cli, stack: reference, target, say, azure });
    }
    const flags = policyFlags(options.policyPack);
    await watchedUpdate(context, { stack: reference, target, options: [...target, ...flags] });
  };
  await withLock(context, reference, work, context.lock);
}

async function wake({ cli, power, folder, say }: Context, stack: string, form: string): Promise<void> {
  const asked = await power(azureSettings(folder, stack, form));
  const marks = { app: appOf(folder, stack, form), stack, backend: await backendMark(cli) };
  await wakeClusters(asked, stack, clustersOfStack(await asked.list(), marks), say);
}

/** Refuses a stack of that name that is not a sandbox, or that is the sandbox of another branch. */
async function refuseOthers({ cli }: Context, listed: ListedStack, name: string): Promise<void> {
  const stack = shortName(listed.name);
  const found = await tagsOf(cli, listed.name);
  // A stack without tags and without updates is left over from an `up` that was killed right away.
  if (Object.keys(found).length === 0 && listed.lastUpdate === undefined && (listed.resourceCount ?? 0) === 0) return;
  if (found[tags.sandbox] !== "true") {
    throw new CouldNotRun(`stack "${stack}" already exists and is not a sandbox: choose another name`);
  }
  const other = found[tags.name];
  if (other !== undefined && other !== name && other !== stack && name !== stack) {
    throw new CouldNotRun(`${stack} is the sandbox of "${other}", whose name is too similar: choose another name`);
  }
}
