/** Publishes sandbox news on their pull requests: a comment, a deployment, and a warning before the expiry. */
import { endDeployments, recordDeployment, type DeploymentState } from "../github/deployments.ts";
import type { GitHubClient } from "../github/gitHubClient.ts";
import { commentText, postComment, type Author, type PullRequest } from "../github/pullRequest.ts";
import { comment, endMarker, endWarning, marker, recordIn, type SandboxRecord } from "./sandboxComment.ts";
import { pullRequestOf, type NewsState, type SandboxNews } from "./sandboxNews.ts";

export interface PublishInput {
  client: GitHubClient;
  /** "OWNER/NAME". */
  repository: string;
  /** Author of the comments. */
  author: Author;
  /** Newest commit of the pull request that this run belongs to. */
  head?: string;
  /** URL of the workflow run. */
  run?: string;
  now: Date;
  /** Warn about a sandbox that expires in fewer minutes than this. */
  warnMinutes: number;
  say: (line: string) => void;
}

/** @throws GitHubError */
export async function publishSandboxes(input: PublishInput, news: readonly SandboxNews[]): Promise<void> {
  for (const one of news) {
    const number = pullRequestOf(one.stack);
    if (number !== undefined) await publishSandbox(input, one, { repository: input.repository, number });
  }
}

async function publishSandbox(input: PublishInput, news: SandboxNews, pullRequest: PullRequest): Promise<void> {
  const { client, author, head, run, say } = input;
  const own = { marker: marker(news.stack), author };
  const before = recordIn(await commentText(client, pullRequest, own));
  // Two runs may report at the same time: the later event wins.
  if (before !== undefined && before.at > news.at) {
    say(`${news.stack}: nothing is posted, a later run has done so`);
    return;
  }
  const record = merged(before, news, head);
  if (before === undefined || differs(before, record) || news.reason !== undefined) {
    const { did, url } = await postComment(client, pullRequest, { body: comment(record, run), ...own });
    say(`${news.stack}: the comment is ${did}: ${url}`);
    await deployment(input, record);
  }
  await warn(input, record, pullRequest);
}

/** Unknown fields keep their earlier values. A failure keeps the known address; the sandbox's end removes it. */
function merged(before: SandboxRecord | undefined, news: SandboxNews, head: string | undefined): SandboxRecord {
  const commit = head ?? before?.commit;
  const known = before === undefined || isAnother(before, news) ? undefined : before;
  const state = known !== undefined && isUnfinished(known) && onlyShowsLife(news) ? known.state : news.state;
  return { ...known, ...news, state, ...(commit === undefined ? {} : { commit }) };
}

/** Nothing that was known before is true of a sandbox that is gone, or of the one that is created after it. */
const isAnother = (before: SandboxRecord, news: SandboxNews) =>
  before.state === "gone" || news.state === "gone" || (before.state === "left" && news.state === "creating");

/** Only a successful update, or a complete deletion, ends these states. */
const isUnfinished = ({ state }: SandboxRecord) => state === "creating" || state === "failed" || state === "left";

/** The news of a successful update has `nodes`. All other news of this kind says that the stack exists, not that it works. */
const onlyShowsLife = ({ state, nodes }: SandboxNews) => (state === "up" || state === "asleep") && nodes === undefined;

function differs(before: SandboxRecord, now: SandboxRecord): boolean {
  const plain = ({ at: _, reason: __, ...rest }: SandboxRecord) => JSON.stringify(Object.entries(rest).sort());
  return plain(before) !== plain(now);
}

const states: Record<NewsState, DeploymentState> = {
  creating: "in_progress",
  up: "success",
  failed: "failure",
  asleep: "success",
  gone: "inactive",
  left: "inactive",
};

const descriptions: Record<NewsState, string> = {
  creating: "The sandbox is being created or updated",
  up: "The sandbox runs",
  failed: "The sandbox could not be created or updated",
  asleep: "The sandbox sleeps: its cluster is stopped",
  gone: "The sandbox was taken down",
  left: "The sandbox was taken down, but not completely",
};

/** Name of the GitHub environment of a sandbox. No job runs in it, and no identity trusts it. */
export const environmentOf = (number: number): string => `sandbox/pr-${number}`;

async function deployment({ client, repository, run }: PublishInput, record: SandboxRecord): Promise<void> {
  const { stack, state, commit, url } = record;
  const shared = {
    ...{ repository, environment: environmentOf(pullRequestOf(stack) ?? 0), description: descriptions[state] },
    ...(run === undefined ? {} : { log: run }),
  };
  if (states[state] === "inactive") return endDeployments(client, shared);
  if (commit === undefined) return;
  const address = url === undefined ? {} : { url };
  await recordDeployment(client, { ...shared, ...address, state: states[state] }, commit);
}

async function warn(
  { client, author, now, warnMinutes, say }: PublishInput,
  record: SandboxRecord,
  pullRequest: PullRequest,
): Promise<void> {
  const { expires, state, stack } = record;
  if (expires === undefined || (state !== "up" && state !== "asleep")) return;
  const left = (Date.parse(expires) - now.getTime()) / 60_000;
  if (left <= 0 || left > warnMinutes) return;
  const posted = { body: endWarning(record), marker: endMarker(record), author };
  const { did, url } = await postComment(client, pullRequest, posted);
  if (did === "created") say(`${stack}: warned of its end: ${url}`);
}
