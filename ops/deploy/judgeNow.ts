/** Previews what an update would do now and judges it, before anything is changed. */
import { GitHubError } from "../github/gitHubClient.ts";
import { preview } from "../previewReport/runPreview.ts";
import { project } from "../project.ts";
import { maskAll } from "../report/mask.ts";
import { deployedCommits } from "./deployedCommits.ts";
import { approvedChanges, judgeDeployment, type Judgement, linesOf } from "./deploymentGate.ts";
import { checkOrder, relationOf } from "./deploymentOrder.ts";
import type { DeploySession } from "./deploySession.ts";
import { gateMarkdown } from "./gateMarkdown.ts";
import { type Brought, mergedPullRequests } from "./mergedPullRequests.ts";
import type { Update } from "./update.ts";

/**
 * @param savePlan file for the plan that constrains the update
 * @throws OutOfOrder if the commit is older than the one the stack was updated to, unless this is a rollback
 */
export async function judgeNow(session: DeploySession, wanted: Update, savePlan?: string): Promise<Judgement> {
  const { stack, cli, say, hide, options, commit, gitHub } = session;
  const { passed, newest } = await deployedCommits(cli, stack);
  if (options.rollback !== true && newest !== undefined && commit !== undefined) {
    const relation = await relationOf({ folder: project, ...(gitHub === undefined ? {} : { gitHub }) }, commit, newest);
    checkOrder({ stack, commit, newest, relation, allowOlder: options.allowOlder });
  }
  const { configFile, policyPack, refresh = false } = wanted;
  say(`previewing ${stack}`);
  const seen = await preview({
    ...{ stack, folder: project, refresh },
    ...(configFile === undefined ? {} : { configFile }),
    ...(policyPack === undefined ? {} : { policyPack }),
    ...(savePlan === undefined ? {} : { savePlan }),
  });
  const judgement = judgeDeployment({
    ...{ stack, preview: maskAll(seen, hide), allowed: options.allowReplace ?? [] },
    ...{ brought: await broughtBy(session, passed), approved: approvedChanges(options.approved) },
  });
  say(`previewed ${stack}: ${seen.outcome}, ${seen.changes.length} changes`);
  for (const line of linesOf(judgement)) say(line);
  session.summarise(gateMarkdown(stack, judgement));
  return judgement;
}

/**
 * What pull requests brought, if this is a workflow with access to GitHub. Without access, nothing counts as accepted.
 * @param since commit that the stack runs
 */
async function broughtBy(
  { gitHub, commit, workflow, say }: DeploySession,
  since: string | undefined,
): Promise<Brought | undefined> {
  if (gitHub === undefined || commit === undefined || workflow.commit === undefined) return undefined;
  try {
    return await mergedPullRequests(gitHub.client, { repository: gitHub.repository, commit, since });
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    say(`it is unknown what pull requests showed: ${error.message}`);
    return undefined;
  }
}
