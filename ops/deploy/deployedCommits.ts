/** The commits of a stack, kept in its tags: what came since then is what a deployment brings, and nothing older is deployed. */
import type { Cli } from "../pulumi/pulumiCli.ts";
import { setTags, tagsOf } from "../pulumi/stackState.ts";

const passedTag = "tarmac:commit";
const newestTag = "tarmac:newest-commit";

export interface DeployedCommits {
  /** Of the last deployment that passed its smoke test; absent before the first one of a workflow. */
  passed?: string;
  /** Of the newest deployment that began, whether it passed or not, and whether it was rolled back since; absent as above. */
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

/** It is given to git and GitHub: nothing but a full name of a commit. */
export const commitIn = (text: string | undefined): string | undefined =>
  /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text ?? "") ? text : undefined;
