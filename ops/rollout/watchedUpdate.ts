/**
 * `pulumi up` as people and CI run it: repeated if Azure refuses temporarily, and interrupted if waiting for the
 * rollout is pointless.
 */
import type { WorkingCli } from "../pulumi/pulumiCli.ts";
import { againWhenNotYet } from "../pulumi/notYet.ts";
import { readDeployments } from "./readDeployments.ts";
import { type Watch, withRolloutWatch } from "./withRolloutWatch.ts";

export interface UpdateWatch {
  cli: WorkingCli;
  /** Watches the stack's rollout while Pulumi waits for it. */
  watch: (stack: string, ...args: Parameters<Watch>) => ReturnType<Watch>;
  say: (line: string) => void;
}

export interface WatchedUpdate {
  stack: string;
  /** The options that select the stack and its settings. */
  target: readonly string[];
  /** All options of `pulumi up`, including `target`. */
  options: readonly string[];
}

/** @throws PulumiFailed with Pulumi's diagnostics, or with the cause that made waiting for the rollout pointless */
export async function watchedUpdate(
  { cli, watch, say }: UpdateWatch,
  { stack, target, options }: WatchedUpdate,
): Promise<void> {
  const up = ["up", "--yes", "--skip-preview", ...options];
  await withRolloutWatch(
    (signal) => watch(stack, signal),
    say,
    async (interrupted) => {
      try {
        await againWhenNotYet(() => cli.work(up, {}, interrupted), say, interrupted);
      } catch (error) {
        if (interrupted.aborted) {
          say("reading what the interrupted update wrote to the cluster");
          await readDeployments(cli, stack, target);
        }
        throw error;
      }
    },
  );
}
