/**
 * The commits of a stack, stored in its tags. They show what a deployment brings, and prevent deploying an older
 * commit.
 */
import type { Cli } from "../pulumi/pulumiCli.ts";
import { setTags, tagsOf } from "../pulumi/stackState.ts";

const passedTag = "tarmac:commit";
const newestTag = "tarmac:newest-commit";

export interface DeployedCommits {
  /** Of the last deployment that passed its smoke test; absent before the first one by a workflow. */
  passed?: string;
  /** Of the newest deployment that began, even if it failed or was rolled back; absent as above. */
  newest?: string;
}

export async function deployedCommits(cli: Cli, stack: string): Promise<DeployedCommits> {
  const tags = await tagsOf(cli, stack);
  const passed = commitIn(tags[passedTag]);
  const newest = commitIn(tags[newestTag]) ?? passed;
  return { ...(passed === undefined ? {} : { passed }), ...(newest === undefined ? {} : { newest }) };
}

export const notePassed = (cli: Cli, stack: string, commit: string): Promise<void> =>
  setTags(cli, stack, { [passedTag]: commit });

export const noteNewest = (cli: Cli, stack: string, commit: string): Promise<void> =>
  setTags(cli, stack, { [newestTag]: commit });

/** The value is passed to git and GitHub, so accept only a full commit hash. */
export const commitIn = (text: string | undefined): string | undefined =>
  /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text ?? "") ? text : undefined;
