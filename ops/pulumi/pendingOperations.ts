/** What an update that was interrupted left: operations that it began and whose end nobody knows. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cli, WorkingCli } from "./pulumiCli.ts";
import { stateOf } from "./stackState.ts";

/** What it worked on, by type and name. Empty: no update was interrupted. */
export async function pendingOf(cli: Cli, stack: string): Promise<string[]> {
  const { deployment } = await stateOf(cli, stack);
  return (deployment?.pending_operations ?? []).map(({ resource }) => resource.urn.split("::").slice(2).join(" "));
}

/**
 * Takes what is really there into the state, so that it is not made twice.
 * @param target options that name the stack and its file
 */
export const adoptPending = (cli: WorkingCli, target: readonly string[]): Promise<void> =>
  cli.work(["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--run-program", ...target]);

/** Forgets what was begun, without asking anybody: for a stack that goes, where who would be asked may be gone. */
export async function forgetPending(cli: Cli, stack: string): Promise<void> {
  const state = await stateOf(cli, stack);
  delete state.deployment?.pending_operations;
  const scratch = mkdtempSync(join(tmpdir(), "tarmac-"));
  try {
    const file = join(scratch, "state.json");
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await cli.run(["stack", "import", "--stack", stack, "--file", file]);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
