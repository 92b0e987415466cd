/** Who added a label to a pull request, and whether that account may write. */
import { GitHubError, type GitHubClient } from "./gitHubClient.ts";
import { issueOf, type PullRequest } from "./pullRequest.ts";

export interface Labeling {
  /** Login of the account that added the label. */
  by: string;
  /** True if a program added it: an app, or a workflow with its token. */
  byProgram: boolean;
  /** ISO time, to the second. */
  at: string;
}

interface TimelineEvent {
  event?: string;
  label?: { name: string };
  actor?: { login: string; type: string } | null;
  created_at?: string;
}

/**
 * The last time that a label on a pull request was added.
 * @returns `undefined` if the timeline does not say so, or not by whom
 * @throws GitHubError
 */
export async function labeling(
  client: GitHubClient,
  pullRequest: PullRequest,
  label: string,
): Promise<Labeling | undefined> {
  let last: Labeling | undefined;
  for await (const event of client.all<TimelineEvent>(`${issueOf(pullRequest)}/timeline`)) {
    if (event.label?.name !== label) continue;
    if (event.event === "unlabeled") last = undefined;
    if (
      event.event === "labeled" &&
      event.actor !== null &&
      event.actor !== undefined &&
      event.created_at !== undefined
    )
      last = { by: event.actor.login, byProgram: event.actor.type !== "User", at: event.created_at };
  }
  return last;
}

/**
 * Whether an account may write to the repository. The role "triage" may not, although it may add labels.
 * https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 * @throws GitHubError
 */
export async function mayWrite(client: GitHubClient, repository: string, login: string): Promise<boolean> {
  const path = `/repos/${repository}/collaborators/${encodeURIComponent(login)}/permission`;
  const { permission } = await client.request<{ permission: string }>("GET", path);
  return permission === "admin" || permission === "write";
}

/** Removes a label; succeeds if it is already gone. @throws GitHubError */
export async function removeLabel(client: GitHubClient, pullRequest: PullRequest, label: string): Promise<void> {
  try {
    await client.request("DELETE", `${issueOf(pullRequest)}/labels/${encodeURIComponent(label)}`);
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status !== 404) throw error;
  }
}
