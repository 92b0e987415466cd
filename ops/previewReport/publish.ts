/** Publishes a report: as the job's summary, as a file with the whole text, and as a comment on the pull request. */
import { writeFileSync } from "node:fs";
import { GitHubClient } from "../github/gitHubClient.ts";
import { removeLabel } from "../github/labels.ts";
import { commentText, postComment, type Posted, type PullRequest, pullRequestState } from "../github/pullRequest.ts";
import { addSummary, type WorkflowRun } from "../github/workflow.ts";
import { bodyLimit } from "../report/cutText.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { consentTo } from "./consent.ts";
import { type ConsentRecord, hashOfReasons, recordIn, recordLine, seenIn } from "./consentRecord.ts";
import { fit, summaryLimit } from "./cutReport.ts";
import { reasonsAgainst, verdictOf, type Verdict } from "./gate.ts";
import { knownChange } from "./knownChange.ts";
import type { Options } from "./previewReportOptions.ts";
import { marker, render } from "./reportMarkdown.ts";
import type { Report } from "./reportFormat.ts";

export interface PublishInput {
  report: Report;
  options: Pick<
    Options,
    "label" | "override" | "post" | "pullRequest" | "author" | "markdown" | "previewed" | "consentOfAuthor" | "offline"
  >;
  workflow: WorkflowRun;
  /** Clone of the base, if a pull request is judged. */
  folder: string;
  say: (line: string) => void;
  now?: () => Date;
}

export interface Published {
  verdict: Verdict;
  /** The whole text. */
  markdown: string;
  /** Absent if nothing is posted. */
  comment?: Posted;
}

/** @throws CouldNotRun if there is no pull request to post to; GitHubError */
export async function publish(input: PublishInput): Promise<Published> {
  const { options, workflow, say } = input;
  const target = options.post ? postTarget(options, workflow, say) : undefined;
  const { report, verdict, record, newer } =
    target === undefined
      ? {
          report: input.report,
          verdict: verdictOf(reasonsAgainst(input.report, { settingsOnly: options.offline }), options.override),
        }
      : await judged(target, input);

  const run = workflow.url === undefined ? undefined : `artifact \`preview-report\` of [this run](${workflow.url})`;
  const sections = render(report, verdict, { label: options.label, ...(run === undefined ? {} : { wholeText: run }) });
  const where = run === undefined ? "`--markdown FILE` writes the whole text." : `The whole text is the ${run}.`;
  const whole = fit(sections, Infinity, where).text;
  if (options.markdown !== undefined) writeFileSync(options.markdown, whole);
  if (workflow.summaryFile !== undefined) addSummary(workflow.summaryFile, fit(sections, summaryLimit, where).text);

  if (target === undefined) return { verdict, markdown: whole };
  if (workflow.fork) {
    say("nothing is posted: the token of a run for a fork may not write to the pull request");
    return { verdict, markdown: whole };
  }
  if (newer !== undefined) {
    say(`nothing is posted: the pull request has a newer commit, ${newer}, and a run of its own`);
    return { verdict, markdown: whole };
  }
  const { client, pullRequest } = target;
  const hidden = record === undefined ? "" : `\n${recordLine(record)}\n`;
  const body = fit(sections, bodyLimit - hidden.length, where).text + hidden;
  const comment = await postComment(client, pullRequest, { body, marker, author: { login: options.author } });
  say(`the comment is ${comment.did}: ${comment.url}`);
  return { verdict, markdown: whole, comment };
}

interface Target {
  client: GitHubClient;
  pullRequest: PullRequest;
}

interface Judged {
  report: Report;
  verdict: Verdict;
  record?: ConsentRecord;
  /** A commit that was pushed after the judged one. */
  newer?: string;
}

/** Judges a pull request by what GitHub knows about it, and checks whether the reasons against it were accepted. */
async function judged({ client, pullRequest }: Target, input: PublishInput): Promise<Judged> {
  const { options, workflow, folder, say, now = () => new Date() } = input;
  const state = await pullRequestState(client, pullRequest);
  const known = await knownChange(client, pullRequest, folder, options.previewed);
  const { notPreviewed, ...rest } = { ...input.report };
  const skipped = input.report.failure === undefined ? known.notPreviewed : notPreviewed;
  const report: Report = { ...rest, ...((skipped?.length ?? 0) === 0 ? {} : { notPreviewed: skipped }) };
  const reasons = reasonsAgainst(report, { known });
  const head = workflow.head ?? state.head;
  const before = recordIn(await commentText(client, pullRequest, { marker, author: { login: options.author } }));
  const hash = hashOfReasons(reasons);
  const consent =
    reasons.length === 0
      ? {}
      : await consentTo({
          ...{ client, pullRequest, state, head, workflow, record: before, reasons: hash },
          ...{ label: options.label, byAuthor: options.consentOfAuthor },
        });
  const verdict: Verdict = { ...verdictOf(reasons, consent.by !== undefined), ...consent };
  const shown = before?.head === head && before.reasons === hash ? before.shown : now().toISOString();
  const accepted = verdict.state === "overridden" ? reasons : [];
  const record: ConsentRecord = {
    ...{ head, reasons: hash, shown, seen: seenIn(report) },
    ...(consent.by === undefined ? {} : { by: consent.by }),
    accepted: accepted.map(({ stack, kind, resource, causes }) => ({ stack, kind, resource, causes })),
  };
  const newer = state.head === head ? undefined : state.head;
  if (consent.refused !== undefined && !workflow.fork && newer === undefined) {
    say(`the label ${options.label} does not count and is removed: ${consent.refused}`);
    await removeLabel(client, pullRequest, options.label);
  }
  return { report, verdict, record, ...(newer === undefined ? {} : { newer }) };
}

function postTarget(
  { pullRequest: number }: PublishInput["options"],
  { token, apiUrl, pullRequest }: WorkflowRun,
  say: (line: string) => void,
): Target {
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
