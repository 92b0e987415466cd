/**
 * Keeps one open issue per stack while there is drift: creates it, updates it, and closes it when the drift is gone.
 */
import type { GitHubClient } from "../github/gitHubClient.ts";
import { bodyLimit, cutAtLine } from "../report/cutText.ts";
import { driftRecordLine } from "./driftRecord.ts";
import { chooseToPutBack } from "./putBack.ts";
import { markdown, stateOf, type Finding } from "./driftText.ts";

interface Issue {
  number: number;
  html_url: string;
  body?: string | null;
  user: { login: string } | null;
  pull_request?: unknown;
}

export interface Reported {
  did: "opened" | "updated" | "closed" | "nothing";
  url?: string;
}

const marker = (stack: string) => `<!-- tarmac-drift ${stack} -->`;

/** Leaves room for the marker. */
const limit = bodyLimit - 300;
const longestRecord = 20_000;
/** Appended where the text is cut. */
const more = "\n\n_There is more; the log of the run has all of it._";

/**
 * @param repository "OWNER/NAME"
 * @param author login that writes these issues; issues of other authors are never touched
 * @throws GitHubError
 */
export async function reportIssue(
  client: GitHubClient,
  repository: string,
  finding: Finding,
  author: string,
): Promise<Reported> {
  // The earlier findings are neither confirmed nor refuted.
  if (stateOf(finding) === "asleep") return { did: "nothing" };
  const open = await ownIssue(client, repository, finding.stack, author);
  const issues = `/repos/${repository}/issues`;
  if (stateOf(finding) === "none") {
    if (open === undefined) return { did: "nothing" };
    // Close before commenting: if the comment fails, the next run must not repeat it.
    await client.request("PATCH", `${issues}/${open.number}`, { state: "closed", state_reason: "completed" });
    await client.request("POST", `${issues}/${open.number}/comments`, {
      body: `The drift is gone at ${finding.time}.`,
    });
    return { did: "closed", url: open.html_url };
  }
  const urns = chooseToPutBack(finding.drifted, {}).chosen.map(({ urn }) => urn);
  const record = driftRecordLine({ stack: finding.stack, urns });
  // A record longer than this is left out; a comment cannot put back that many resources.
  const hidden = record.length > longestRecord ? "" : `\n\n${record}`;
  const body = `${marker(finding.stack)}\n${cutAtLine(markdown(finding), limit - hidden.length, more)}${hidden}`;
  const title =
    stateOf(finding) === "drift" ? `Drift in ${finding.stack}` : `Drift of ${finding.stack} cannot be checked`;
  if (open === undefined) {
    const made = await client.request<Issue>("POST", issues, { title, body });
    return { did: "opened", url: made.html_url };
  }
  await client.request("PATCH", `${issues}/${open.number}`, { title, body });
  return { did: "updated", url: open.html_url };
}

async function ownIssue(
  client: GitHubClient,
  repository: string,
  stack: string,
  author: string,
): Promise<Issue | undefined> {
  const path = `/repos/${repository}/issues?state=open&creator=${encodeURIComponent(author)}`;
  for await (const issue of client.all<Issue>(path)) {
    const own = issue.user?.login === author && issue.pull_request === undefined;
    if (own && issue.body?.startsWith(marker(stack)) === true) return issue;
  }
  return undefined;
}
