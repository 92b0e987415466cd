/** The pull requests in a deployment, and what people saw and accepted on them. */
import { GitHubError, type GitHubClient } from "../github/gitHubClient.ts";
import { commentText, workflowAuthor } from "../github/pullRequest.ts";
import { type Accepted, recordIn } from "../previewReport/consentRecord.ts";
import { marker } from "../previewReport/reportMarkdown.ts";

export interface Brought {
  /** Numbers of the pull requests. Empty: no change came from a pull request. */
  numbers: number[];
  /** Changes accepted on them, for the commits that were merged. */
  accepted: (Accepted & { by: string; number: number })[];
  /** What their last previews showed, by stack: hashes of changes. */
  seen: Record<string, Set<string>>;
}

export interface Range {
  /** "OWNER/NAME". */
  repository: string;
  /** Commit to deploy. */
  commit: string;
  /** Commit that runs now. Absent: unknown; only `commit` is considered. */
  since?: string | undefined;
}

/** Limit to the newest commits: each costs a request. */
const mostCommits = 100;

interface MergedPull {
  number: number;
  head: { sha: string };
  merged_at: string | null;
}

/** @throws GitHubError */
export async function mergedPullRequests(client: GitHubClient, range: Range): Promise<Brought> {
  const { repository } = range;
  const pulls = new Map<number, MergedPull>();
  for (const commit of await commitsOf(client, range))
    for await (const pull of client.all<MergedPull>(`/repos/${repository}/commits/${commit}/pulls`))
      if (pull.merged_at !== null) pulls.set(pull.number, pull);

  const brought: Brought = { numbers: [...pulls.keys()].sort((a, b) => a - b), accepted: [], seen: {} };
  for (const { number, head } of pulls.values()) {
    const comment = await commentText(client, { repository, number }, { marker, author: workflowAuthor });
    const record = recordIn(comment);
    // The last judged commit must be the merged one.
    if (record?.head !== head.sha) continue;
    for (const [stack, hashes] of Object.entries(record.seen))
      brought.seen[stack] = new Set([...(brought.seen[stack] ?? []), ...hashes]);
    const { by } = record;
    if (by !== undefined) brought.accepted.push(...record.accepted.map((one) => ({ ...one, by, number })));
  }
  return brought;
}

async function commitsOf(client: GitHubClient, { repository, commit, since }: Range): Promise<string[]> {
  if (since === undefined || since === commit) return [commit];
  try {
    const path = `/repos/${repository}/compare/${since}...${commit}`;
    const { commits } = await client.request<{ commits: { sha: string }[] }>("GET", path);
    const all = commits.map(({ sha }) => sha).slice(-mostCommits);
    return all.includes(commit) ? all : [...all, commit];
  } catch (error) {
    // A commit that no longer exists, e.g. after a rewritten history.
    if (error instanceof GitHubError && error.status === 404) return [commit];
    throw error;
  }
}
