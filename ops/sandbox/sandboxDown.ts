/**
 * `sandbox down`: deletes a sandbox, then checks for leftovers. An empty state does not mean that Azure is empty: an
 * update may have been killed, a cluster deleted by hand, or a deletion may have failed.
 */
import { CouldNotRun } from "../couldNotRun.ts";
import { BeingUpdated, withLock } from "../pulumi/stackLock.ts";
import { PulumiKilled } from "../pulumi/pulumiCli.ts";
import { shortName } from "../pulumi/stackName.ts";
import { forgetPending } from "../pulumi/pendingOperations.ts";
import { setTags } from "../pulumi/stackState.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import { backendMark } from "./backendMark.ts";
import type { Context } from "./context.ts";
import { expiry } from "./lifetime.ts";
import { refuseOthersSandbox } from "./sandboxDeployer.ts";
import { deleteImages, rememberImages } from "./sandboxImages.ts";
import { remains, type Leftover, type Places } from "./sandboxLeftovers.ts";
import { sandboxStack } from "./sandboxName.ts";
import { possessions, type Possessions } from "./possessions.ts";
import { OutOfTime } from "./timeBudget.ts";
import { allStacks, isExpired, listSandboxes, tags, type Sandbox } from "./listSandboxes.ts";
import { tenancyOf } from "./sharedCluster.ts";
import { appOf, azureSettings, removeStackFile, writeStackFile } from "./sandboxFile.ts";

export interface Down {
  stack: string;
  /** What was deleted besides Pulumi's own deletions, and why it still existed. */
  swept: string[];
  /** What could not be deleted, and why. Empty: nothing is left. */
  left: string[];
  /** What these commands may not delete, e.g. images in a registry outside Azure. */
  kept: string[];
}

/** @throws CouldNotRun if the sandbox does not exist */
export async function findSandbox({ cli }: Pick<Context, "cli">, name: string): Promise<Sandbox> {
  const stack = sandboxStack(name);
  const [found, another] = await listSandboxes(cli, [stack]);
  if (another !== undefined)
    throw new CouldNotRun(`there are two sandboxes "${name}": ${found?.reference} and ${another.reference}`);
  if (found !== undefined) return found;
  const exact = (await allStacks(cli)).some((listed) => [name, stack].includes(shortName(listed.name)));
  const sandboxes = await listSandboxes(cli);
  throw new CouldNotRun(
    exact
      ? `stack "${name}" is not a sandbox, and is not deleted here: pulumi destroy --stack ${name} does that`
      : `there is no sandbox "${name}"; there ${sandboxes.length === 0 ? "are none" : `are: ${sandboxes.map((one) => one.name).join(", ")}`}`,
  );
}

export interface DownOptions {
  /** Name of the stack whose file serves as the template if the sandbox's own file is missing. */
  form: string;
  /** Also take down sandboxes that another identity created. */
  madeByOthers: boolean;
}

/**
 * @throws BeingUpdated, or Error if the sandbox belongs to another identity, or if Azure or a shared cluster cannot be
 * asked for leftovers
 */
export async function down(context: Context, sandbox: Sandbox, options: DownOptions): Promise<Down> {
  const result = await takenDown(context, sandbox, options);
  if (result.left.length > 0) await letExpire(context, sandbox);
  return result;
}

/** The reaper then tries again. */
async function letExpire({ cli, now }: Context, sandbox: Sandbox): Promise<void> {
  if (!isExpired(sandbox, now())) await setTags(cli, sandbox.reference, { [tags.expires]: expiry(now(), 0) });
}

async function takenDown(context: Context, sandbox: Sandbox, { form, madeByOthers }: DownOptions): Promise<Down> {
  const { cli, folder } = context;
  const { stack, reference } = sandbox;
  // Before the file is removed and anything is deleted: without Azure, leftovers cannot be found.
  const azure = await context.azure(azureSettings(folder, stack, form));
  if (!madeByOthers) refuseOthersSandbox(folder, sandbox, await azure.principal());
  await azure.groups({ app: appOf(folder, stack, form), stack });
  const owned = await withLock(context, reference, () => prepare(context, sandbox), context.lock);
  const marks = { stack, app: owned.app ?? appOf(folder, stack, form), backend: await backendMark(cli) };
  const tenancy = await tenancyOf(context, sandbox, form, owned);
  const places: Places = { azure, marks, owned, tenancy: tenancy.found };
  const images = await rememberImages(cli, reference, owned, marks);

  const means = { shared: owned.onSharedCluster, backend: marks.backend };
  const failure = await destroy(context, sandbox, form, means);
  const { deleted, left, kept } = await deleteImages(azure, stack, images);
  const found = await remains(places);
  if (found.length > 0) context.say(`left after the deletion: ${found.map(({ what }) => what).join(", ")}`);
  left.push(...(await sweep(found)));
  left.push(
    ...(await remains(places)).map(({ what }) => what).filter((what) => !left.some((line) => line.startsWith(what))),
  );
  // The state still names the resources that the sweep deleted.
  if (failure !== undefined && left.length === 0) {
    await destroy(context, sandbox, form, { ...means, refresh: true });
  }
  const rest = await possessions(cli, reference);
  if (rest.count > 0) left.push(`${rest.count} resources in the state of ${stack}: ${failure ?? "not deleted"}`);
  if (left.length === 0) {
    await withLock(context, reference, () => cli.run(["stack", "rm", "--yes", "--stack", reference]), context.lock);
    removeStackFile(folder, stack);
  }
  return {
    stack,
    swept: [...deleted, ...found.map(({ what }) => what)].filter((what) => !left.some((line) => line.startsWith(what))),
    left,
    kept: [...kept, ...tenancy.kept],
  };
}

/** What the stack owns. Clears pending operations, so that no deletion fails because of them. */
async function prepare({ cli }: Context, { reference }: Sandbox): Promise<Possessions> {
  const owned = await possessions(cli, reference);
  // The tags show what such an operation did create.
  if (owned.pending > 0) await forgetPending(cli, reference);
  return owned;
}

/**
 * Runs the deletions one after another, each more forceful than the one before. Protected resources are deleted too: a
 * sandbox has nothing worth protecting.
 * @param shared the sandbox runs on a cluster that is not its own: objects that cannot be reached there still exist
 * @returns the last failure; `undefined` when one deletion succeeded
 * @throws BeingUpdated
 */
async function destroy(
  context: Context,
  { stack, reference, owner, expires }: Sandbox,
  form: string,
  { shared, backend, refresh = false }: { shared: boolean; backend: string; refresh?: boolean },
): Promise<string | undefined> {
  const { cli, folder, say } = context;
  const base = ["destroy", "--yes", "--skip-preview", "--continue-on-error", "--ignore-protect", "--stack", reference];
  const first = refresh ? [...base, "--refresh"] : base;
  const withProgram = () => {
    // Only the program can sign in to the cluster again, and the files it needs may be missing on this machine.
    writeStackFile(folder, form, { stack, owner, expires: (expires ?? context.now()).toISOString(), backend });
    return ["--run-program", "--config-file", stackFile(folder, stack)];
  };
  const attempts: (() => [string[], NodeJS.ProcessEnv])[] = [
    () => [first, {}],
    () => [[...first, ...withProgram()], {}],
    // If its own cluster is gone or unreachable, nothing inside it needs to be deleted one by one.
    () => [[...base, "--refresh", ...withProgram()], shared ? {} : { PULUMI_K8S_DELETE_UNREACHABLE: "true" }],
  ];
  let failure: string | undefined;
  for (const [number, attempt] of attempts.entries()) {
    try {
      const [args, env] = attempt();
      await withLock(context, reference, () => cli.work(args, env), context.lock);
      return undefined;
    } catch (error) {
      // Anything found now may have just been created by that update.
      if (error instanceof BeingUpdated || error instanceof OutOfTime || error instanceof PulumiKilled) throw error;
      failure = (error as Error).message;
      say(`deletion ${number + 1} of ${attempts.length} failed: ${failure}`);
    }
  }
  return failure;
}

/** @returns what could not be deleted, and why */
async function sweep(found: readonly Leftover[]): Promise<string[]> {
  const left: string[] = [];
  for (const { what, remove } of found) {
    try {
      await remove();
    } catch (error) {
      left.push(`${what}: ${(error as Error).message}`);
    }
  }
  return left;
}
