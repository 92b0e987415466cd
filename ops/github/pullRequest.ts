/** What a command does with a pull request: reads its labels, and keeps one comment of its own on it. */
import { GitHubError, type GitHubClient } from "./gitHubClient.ts";

export interface PullRequest {
  /** "OWNER/NAME" of the repository that it is to be merged into. */
  repository: string;
  number: number;
}

const issue = ({ repository, number }: PullRequest) => `/repos/${repository}/issues/${number}`;

/** The labels that it has now, which need not be those it had when the workflow was started. @throws GitHubError */
export async function labelsOf(client: GitHubClient, pullRequest: PullRequest): Promise<string[]> {
  const labels: string[] = [];
  for await (const { name } of client.all<{ name: string }>(`${issue(pullRequest)}/labels`)) labels.push(name);
  return labels;
}

interface Comment {
  id: number;
  body?: string | null;
  html_url: string;
  user: { login: string; type: string } | null;
  performed_via_github_app?: { id: number } | null;
}

/** Of whom the comment must be to be edited: `type` "Bot" for a workflow's token, or a login. */
export interface Author {
  login?: string;
  type?: "Bot" | "User";
}

/** The account that the comments of a workflow's own token carry. */
export const workflowAuthor: Author = { login: "github-actions[bot]" };

export interface Posted {
  url: string;
  /** "created" or "updated"; "unchanged" when it says so already. */
  did: "created" | "updated" | "unchanged";
}

/**
 * Says something in the one comment that begins with the marker: edits it, or creates it where there is none.
 * @param author whose comment it is: what somebody else writes with the same marker is not touched
 * @throws GitHubError
 */
export async function postComment(
  client: GitHubClient,
  pullRequest: PullRequest,
  { body, marker, author }: { body: string; marker: string; author: Author },
): Promise<Posted> {
  for (let attempt = 1; ; attempt++) {
    const known = await ownComment(client, pullRequest, marker, author);
    try {
      if (known === undefined) {
        const made = await client.request<Comment>("POST", `${issue(pullRequest)}/comments`, { body });
        return { url: made.html_url, did: "created" };
      }
      if (known.body === body) return { url: known.html_url, did: "unchanged" };
      const path = `/repos/${pullRequest.repository}/issues/comments/${known.id}`;
      const edited = await client.request<Comment>("PATCH", path, { body });
      return { url: edited.html_url, did: "updated" };
    } catch (error) {
      // Deleted meanwhile; or made, and the answer was lost: the next look tells.
      const lost = known === undefined && (error as GitHubError).status >= 500;
      const gone = known !== undefined && (error as GitHubError).status === 404;
      const unheard = (error as GitHubError).status === 0;
      if (!(error instanceof GitHubError) || !(lost || gone || unheard) || attempt === 3) throw error;
    }
  }
}

/** The first of them, on whatever page it is. */
async function ownComment(
  client: GitHubClient,
  pullRequest: PullRequest,
  marker: string,
  author: Author,
): Promise<Comment | undefined> {
  for await (const comment of client.all<Comment>(`${issue(pullRequest)}/comments`)) {
    const { user, body } = comment;
    const own =
      (author.login === undefined || user?.login === author.login) &&
      (author.type === undefined || user?.type === author.type);
    if (own && body?.startsWith(marker) === true) return comment;
  }
  return undefined;
}
