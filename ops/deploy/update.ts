/** One update of a stack, after repairing what an earlier update left behind. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AzureResources } from "../azure/azureResources.ts";
import { policyFlags, type PolicyPack } from "../policy/policyPack.ts";
import type { WorkingCli } from "../pulumi/pulumiCli.ts";
import { withLock, type Locksmith } from "../pulumi/stackLock.ts";
import { adoptPending, pendingOf } from "../pulumi/pendingOperations.ts";
import { type UpdateWatch, watchedUpdate } from "../rollout/watchedUpdate.ts";

export interface UpdateContext extends Locksmith, UpdateWatch {
  cli: WorkingCli;
  /** Azure resources in the stack's subscription. */
  azure: () => Promise<AzureResources>;
  /**
   * Previews the update and judges it. @throws Stopped, or PulumiFailed if the preview fails: nothing is changed then
   * @param planFile constrains the update; absent: no constraint
   */
  gate: (wanted: Update, planFile: string | undefined) => Promise<void>;
}

export interface Update {
  stack: string;
  configFile?: string;
  /** Enforced in the preview, before anything is changed, and during the update. */
  policyPack?: PolicyPack;
  /** No other process updates this stack: take the lock, whoever appears to hold it. */
  takeLock?: boolean;
  /** Minutes that a job holding the lock may still run although it appears to be gone. Default: 0. */
  jobMinutes?: number;
  /** Refresh first, so that manual changes are reverted. */
  refresh?: boolean;
  /** The update may do more than the preview showed. */
  unplanned?: boolean;
}

/**
 * @throws Stopped if the update would make unaccepted changes; PulumiFailed with Pulumi's diagnostics, or with the
 * cause that made waiting for the rollout pointless; Error if another update holds the lock
 */
export async function update(context: UpdateContext, wanted: Update): Promise<void> {
  const { cli, say } = context;
  const { stack, configFile, policyPack } = wanted;
  const target = ["--stack", stack, ...(configFile === undefined ? [] : ["--config-file", configFile])];
  const act = async () => {
    const pending = await pendingOf(cli, stack);
    if (pending.length > 0) {
      say(`an earlier update was interrupted while it worked on ${pending.join(", ")}: reading what it left`);
      await adoptPending({ cli, stack, target, say, azure: context.azure });
    }
    await withPlanFile(wanted.unplanned === true, async (plan) => {
      await context.gate(wanted, plan);
      await carryOut(plan);
    });
  };
  const carryOut = (plan: string | undefined) =>
    watchedUpdate(context, {
      stack,
      target,
      options: [
        ...(wanted.refresh === true ? ["--refresh"] : []),
        ...(plan === undefined ? [] : ["--plan", plan]),
        ...target,
        ...policyFlags(policyPack),
      ],
    });
  await withLock(context, stack, act, {
    take: wanted.takeLock === true,
    ...(wanted.jobMinutes === undefined ? {} : { jobMinutes: wanted.jobMinutes }),
  });
}

/** Secrets in a plan are encrypted as in the state. */
async function withPlanFile(without: boolean, act: (file: string | undefined) => Promise<void>): Promise<void> {
  if (without) return act(undefined);
  const scratch = mkdtempSync(join(tmpdir(), "tarmac-plan-"));
  try {
    await act(join(scratch, "plan.json"));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
