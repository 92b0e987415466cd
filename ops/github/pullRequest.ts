/** Reads a pull request, and maintains one comment on it. */
import { GitHubError, type GitHubClient } from "./gitHubClient.ts";
import { workflowLogin } from "./workflowLogin.ts";

export interface PullRequest {
  /** "OWNER/NAME" of the base repository. */
  repository: string;
  number: number;
}

export const issueOf = ({ repository, number }: PullRequest): string => `/repos/${repository}/issues/${number}`;
const pullOf = ({ repository, number }: PullRequest) => `/repos/${repository}/pulls/${number}`;

/** The current state of a pull request, which may differ from its state when the workflow started. */
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
  // A deleted account has no login.
  return { head: head.sha, author: user?.login ?? "", labels: labels.map(({ name }) => name) };
}

/** GitHub lists at most this many: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const mostFiles = 3000;

/**
 * Paths of the changed files, including both names of renamed files, as GitHub computes them.
 * @returns `undefined` if there are more than GitHub lists
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
  user: { login: string } | null;
}

/** Author that a comment must have to be edited. */
export interface Author {
  login: string;
}

/** The author of comments made with a workflow's own token. */
export const workflowAuthor: Author = { login: workflowLogin };

export interface Posted {
  url: string;
  /** "created" or "updated"; "unchanged" if the text is already current. */
  did: "created" | "updated" | "unchanged";
}

/**
 * Writes the one comment that begins with the marker: edits it, or creates it if there is none.
 * @param author of the comment: other people's comments with the same marker are not touched
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
      // Either deleted meanwhile, or created although the answer was lost: searching again shows which.
      const lost = known === undefined && (error as GitHubError).status >= 500;
      const gone = known !== undefined && (error as GitHubError).status === 404;
      const unheard = (error as GitHubError).status === 0;
      if (!(error instanceof GitHubError) || !(lost || gone || unheard) || attempt === 3) throw error;
    }
  }
}

/** The text of the one comment that begins with the marker; `undefined` if there is none. @throws GitHubError */
export const commentText = async (
  client: GitHubClient,
  pullRequest: PullRequest,
  { marker, author }: { marker: string; author: Author },
): Promise<string | undefined> => (await ownComment(client, pullRequest, marker, author))?.body ?? undefined;

/** The first such comment on any page. */
async function ownComment(
  client: GitHubClient,
  pullRequest: PullRequest,
  marker: string,
  author: Author,
): Promise<Comment | undefined> {
  for await (const comment of client.all<Comment>(`${issueOf(pullRequest)}/comments`)) {
    const { user, body } = comment;
    if (user?.login === author.login && body?.startsWith(marker) === true) return comment;
  }
  return undefined;
}
