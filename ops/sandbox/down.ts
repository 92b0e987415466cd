/**
 * `sandbox down`: deletes a sandbox and then looks whether anything is left, because a state that is empty does not mean
 * that Azure is: an update may have been killed, a cluster deleted by hand, a deletion have failed.
 */
import { writeFile } from "node:fs/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "../pulumi/lock.ts";
import type { Context, Inventory } from "./context.ts";
import { remains, type Leftover } from "./leftovers.ts";
import { sandboxStack } from "./name.ts";
import { forgetPending, possessions, type Possessions } from "./possessions.ts";
import { allStacks, listSandboxes, type Sandbox } from "./sandboxes.ts";
import { azureSettings, removeStackFile, stackFile, writeStackFile } from "./stackFile.ts";

export interface Down {
  stack: string;
  /** What was taken away beside Pulumi's own deletions, and why it was still there. */
  swept: string[];
  /** What could not be deleted, and why. Empty: nothing is left. */
  left: string[];
  /** What is nobody's to delete from here, e.g. images in a registry that is not Azure's. */
  kept: string[];
}

/** @throws Error when there is no such sandbox */
export async function findSandbox({ cli }: Pick<Context, "cli">, name: string): Promise<Sandbox> {
  const stack = sandboxStack(name);
  const sandboxes = await listSandboxes(cli);
  const found = sandboxes.find((sandbox) => sandbox.stack === stack);
  if (found !== undefined) return found;
  const exact = (await allStacks(cli)).some((listed) => listed.name === name || listed.name === stack);
  throw new Error(
    exact
      ? `stack "${name}" is not a sandbox, and is not deleted here: pulumi destroy --stack ${name} does that`
      : `there is no sandbox "${name}"; there ${sandboxes.length === 0 ? "are none" : `are: ${sandboxes.map((one) => one.name).join(", ")}`}`,
  );
}

/**
 * @param form name of the stack whose file the sandbox's is made from when it is missing
 * @throws Error when the sandbox is being updated, or Azure cannot be asked whether anything is left
 */
export async function down(context: Context, sandbox: Sandbox, form: string): Promise<Down> {
  const { cli, folder } = context;
  const { stack } = sandbox;
  // Before the file goes, and before anything is deleted: without Azure nobody could tell what is left.
  const azure = await context.azure(azureSettings(folder, stack, form));
  await azure.groups(stack);
  const owned = await withLock(context, stack, () => prepare(context, sandbox));

  const failure = await destroy(context, sandbox, form);
  const images = await deleteImages(azure, sandbox, owned);
  const found = await remains(azure, stack, owned);
  if (found.length > 0) context.say(`left after the deletion: ${found.map(({ what }) => what).join(", ")}`);
  const left = await sweep(found);
  left.push(
    ...(await remains(azure, stack, owned))
      .map(({ what }) => what)
      .filter((what) => !left.some((line) => line.startsWith(what))),
  );
  // What was swept away is still named in the state.
  if (failure !== undefined && left.length === 0) await destroy(context, sandbox, form, ["--refresh"]);
  const rest = await possessions(cli, stack);
  if (rest.count > 0) left.push(`${rest.count} resources in the state of ${stack}: ${failure ?? "not deleted"}`);
  if (left.length === 0) {
    await withLock(context, stack, () => cli.run(["stack", "rm", "--yes", "--stack", stack]));
    removeStackFile(folder, stack);
  }
  return { stack, swept: [...images.deleted, ...found.map(({ what }) => what)], left, kept: images.kept };
}

/** Images in a registry that others use too: their deletion is no part of Pulumi's. */
async function deleteImages(azure: Inventory, { stack }: Sandbox, { images }: Possessions) {
  const [deleted, kept]: [string[], string[]] = [[], []];
  for (const { loginServer, repository } of images) {
    const what = `images ${loginServer}/${repository}`;
    // Only what is the sandbox's alone, whatever its settings were made to say.
    if (!repository.endsWith(`/${stack}`)) kept.push(`${what}: others may use them, too`);
    else
      try {
        if (await azure.deleteRepository(loginServer, repository)) deleted.push(what);
      } catch (error) {
        kept.push(`${what}: ${(error as Error).message}`);
      }
  }
  return { deleted, kept };
}

/** What the stack owns; pending operations are forgotten, so that no deletion stumbles over them. */
async function prepare({ cli }: Context, { stack }: Sandbox): Promise<Possessions> {
  const owned = await possessions(cli, stack);
  if (owned.pending > 0) {
    const scratch = mkdtempSync(join(tmpdir(), "tarmac-"));
    try {
      await forgetPending(cli, stack, async (text) => {
        const file = join(scratch, "state.json");
        await writeFile(file, text, { mode: 0o600 });
        return file;
      });
    } finally {
      rmSync(scratch, { recursive: true });
    }
  }
  return owned;
}

/**
 * The deletions one after the other, each with more means than the one before. A protected resource does not hold them
 * up: a sandbox has nothing that is worth protecting.
 * @returns what the last one failed with; `undefined` when one succeeded
 */
async function destroy(
  context: Context,
  { stack, owner, expires }: Sandbox,
  form: string,
  more: readonly string[] = [],
): Promise<string | undefined> {
  const { cli, folder, say } = context;
  const base = ["destroy", "--yes", "--skip-preview", "--continue-on-error", "--ignore-protect", "--stack", stack];
  const withProgram = () => {
    // Only the program knows how to sign in to the cluster anew; what it needs to run may be gone from this machine.
    writeStackFile(folder, form, { stack, owner, expires: (expires ?? context.now()).toISOString() });
    return ["--run-program", "--config-file", stackFile(folder, stack)];
  };
  const attempts: (() => [string[], NodeJS.ProcessEnv])[] = [
    () => [[...base, ...more], {}],
    () => [[...base, ...more, ...withProgram()], {}],
    // A cluster that is gone or unreachable holds nothing that needs deleting one by one.
    () => [[...base, "--refresh", ...withProgram()], { PULUMI_K8S_DELETE_UNREACHABLE: "true" }],
  ];
  let failure: string | undefined;
  for (const [number, attempt] of attempts.entries()) {
    try {
      const [args, env] = attempt();
      await withLock(context, stack, () =>
        cli.work(args, { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true", ...env }),
      );
      return undefined;
    } catch (error) {
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
