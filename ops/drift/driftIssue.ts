/** One open issue a stack, as long as there is drift: made, kept up to date, and closed when the drift is gone. */
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

/** With room for the marker. */
const limit = bodyLimit - 300;
const longestRecord = 20_000;
/** Said where it is cut. */
const more = "\n\n_There is more; the log of the run has all of it._";

/**
 * @param repository "OWNER/NAME"
 * @param author login whose issues these are: nobody else's is touched
 * @throws GitHubError
 */
export async function reportIssue(
  client: GitHubClient,
  repository: string,
  finding: Finding,
  author: string,
): Promise<Reported> {
  // What was said before is neither confirmed nor refuted.
  if (stateOf(finding) === "asleep") return { did: "nothing" };
  const open = await ownIssue(client, repository, finding.stack, author);
  const issues = `/repos/${repository}/issues`;
  if (stateOf(finding) === "none") {
    if (open === undefined) return { did: "nothing" };
    // Closed first: should the comment fail, the next look must not say it a second time.
    await client.request("PATCH", `${issues}/${open.number}`, { state: "closed", state_reason: "completed" });
    await client.request("POST", `${issues}/${open.number}/comments`, {
      body: `No drift any more at ${finding.time}.`,
    });
    return { did: "closed", url: open.html_url };
  }
  const urns = chooseToPutBack(finding.drifted, {}).chosen.map(({ urn }) => urn);
  const record = driftRecordLine({ stack: finding.stack, urns });
  // More resources than that are not put back by a comment.
  const hidden = record.length > longestRecord ? "" : `\n\n${record}`;
  const body = `${marker(finding.stack)}\n${cutAtLine(markdown(finding), limit - hidden.length, more)}${hidden}`;
  const title = stateOf(finding) === "drift" ? `Drift in ${finding.stack}` : `Drift of ${finding.stack} cannot be seen`;
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
