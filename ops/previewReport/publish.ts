/** Brings a report to people: the job's summary, a file with the whole text, and the comment on the pull request. */
import { writeFileSync } from "node:fs";
import { GitHubClient } from "../github/gitHubClient.ts";
import { labelsOf, postComment, type Posted, type PullRequest } from "../github/pullRequest.ts";
import { addSummary, type WorkflowRun } from "../github/workflow.ts";
import { bodyLimit } from "../report/cutText.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { fit, summaryLimit } from "./cutReport.ts";
import { judge, type Verdict } from "./gate.ts";
import type { Options } from "./previewReportOptions.ts";
import { marker, render } from "./reportMarkdown.ts";
import type { Report } from "./reportFormat.ts";

export interface PublishInput {
  report: Report;
  options: Pick<Options, "label" | "override" | "post" | "pullRequest" | "author" | "markdown">;
  workflow: WorkflowRun;
  say: (line: string) => void;
}

export interface Published {
  verdict: Verdict;
  /** The whole text. */
  markdown: string;
  /** Absent where nothing is posted. */
  comment?: Posted;
}

/** @throws CouldNotRun when there is no pull request to post to; GitHubError */
export async function publish({ report, options, workflow, say }: PublishInput): Promise<Published> {
  const target = options.post ? postTarget(options, workflow, say) : undefined;
  const labels = target === undefined ? [] : await labelsOf(target.client, target.pullRequest);
  const verdict = judge(report, options.override || labels.includes(options.label));

  const run = workflow.url === undefined ? undefined : `artifact \`preview-report\` of [this run](${workflow.url})`;
  const sections = render(report, verdict, { label: options.label, ...(run === undefined ? {} : { wholeText: run }) });
  const where = run === undefined ? "`--markdown FILE` writes the whole text." : `The whole text is the ${run}.`;
  const whole = fit(sections, Infinity, where).text;
  if (options.markdown !== undefined) writeFileSync(options.markdown, whole);
  if (workflow.summaryFile !== undefined) addSummary(workflow.summaryFile, fit(sections, summaryLimit, where).text);

  if (target === undefined) return { verdict, markdown: whole };
  const { client, pullRequest } = target;
  const comment = await postComment(client, pullRequest, {
    body: fit(sections, bodyLimit, where).text,
    marker,
    author: { login: options.author },
  });
  say(`the comment is ${comment.did}: ${comment.url}`);
  return { verdict, markdown: whole, comment };
}

function postTarget(
  { pullRequest: number }: PublishInput["options"],
  { token, apiUrl, pullRequest }: WorkflowRun,
  say: (line: string) => void,
): { client: GitHubClient; pullRequest: PullRequest } {
  if (token === undefined) throw new CouldNotRun("--post: GITHUB_TOKEN is not set; it needs pull-requests: write");
  const repository = pullRequest?.repository ?? process.env.GITHUB_REPOSITORY;
  const wanted = number ?? pullRequest?.number;
  if (repository === undefined || wanted === undefined) {
    throw new CouldNotRun(
      "--post: which pull request? A workflow on pull_request says so; else give --pull-request NUMBER and set GITHUB_REPOSITORY=OWNER/NAME",
    );
  }
  const client = new GitHubClient({ token, say, apiUrl });
  return { client, pullRequest: { repository, number: wanted } };
}
