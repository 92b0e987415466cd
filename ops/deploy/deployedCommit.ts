/** The commit that a stack runs, kept in its tags: what came since then is what a deployment brings. */
import type { Cli } from "../pulumi/pulumiCli.ts";
import { setTags, tagsOf } from "../pulumi/stackState.ts";

const tag = "tarmac:commit";

/** Commit of the last deployment that passed its smoke test; `undefined` before the first one of a workflow. */
export const deployedCommit = async (cli: Cli, stack: string): Promise<string | undefined> =>
  (await tagsOf(cli, stack))[tag];

export const noteCommit = (cli: Cli, stack: string, commit: string): Promise<void> =>
  setTags(cli, stack, { [tag]: commit });
