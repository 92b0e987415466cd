/** What a command reads of a pull request, and the one comment of its own that it keeps there. */
import { GitHubError, type GitHubClient } from "./gitHubClient.ts";

export interface PullRequest {
  /** "OWNER/NAME" of the repository that it is to be merged into. */
  repository: string;
  number: number;
}

export const issueOf = ({ repository, number }: PullRequest): string => `/repos/${repository}/issues/${number}`;
const pullOf = ({ repository, number }: PullRequest) => `/repos/${repository}/pulls/${number}`;

/** A pull request as it is now, which need not be how it was when the workflow started. */
export interface PullRequestState {
  /** Newest commit. */
  head: string;
  /** Login of the author. */
  author: string;
  labels: string[];
}

/** @throws GitHubError */
export async function pullRequestState(client: GitHubClient, pullRequest: PullRequest): Promise<PullRequestState> {
  const { head, user, labels } = await client.request<{
    head: { sha: string };
    user: { login: string } | null;
    labels: { name: string }[];
  }>("GET", pullOf(pullRequest));
  // An account that was deleted has no login.
  return { head: head.sha, author: user?.login ?? "", labels: labels.map(({ name }) => name) };
}

/** GitHub lists no more files: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const mostFiles = 3000;

/**
 * Paths of the files that it changes, both names of renamed ones, as GitHub computes them.
 * @returns `undefined` when there are more than GitHub lists
 * @throws GitHubError
 */
export async function changedPaths(client: GitHubClient, pullRequest: PullRequest): Promise<string[] | undefined> {
  const paths: string[] = [];
  let count = 0;
  type File = { filename: string; previous_filename?: string };
  for await (const { filename, previous_filename: before } of client.all<File>(`${pullOf(pullRequest)}/files`)) {
    count++;
    paths.push(filename, ...(before === undefined ? [] : [before]));
  }
  return count < mostFiles ? paths : undefined;
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
        const made = await client.request<Comment>("POST", `${issueOf(pullRequest)}/comments`, { body });
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

/** What the one comment says that begins with the marker; `undefined` where there is none. @throws GitHubError */
export const commentText = async (
  client: GitHubClient,
  pullRequest: PullRequest,
  { marker, author }: { marker: string; author: Author },
): Promise<string | undefined> => (await ownComment(client, pullRequest, marker, author))?.body ?? undefined;

/** The first of them, on whatever page it is. */
async function ownComment(
  client: GitHubClient,
  pullRequest: PullRequest,
  marker: string,
  author: Author,
): Promise<Comment | undefined> {
  for await (const comment of client.all<Comment>(`${issueOf(pullRequest)}/comments`)) {
    const { user, body } = comment;
    const own =
      (author.login === undefined || user?.login === author.login) &&
      (author.type === undefined || user?.type === author.type);
    if (own && body?.startsWith(marker) === true) return comment;
  }
  return undefined;
}
