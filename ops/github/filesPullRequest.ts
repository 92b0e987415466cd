/**
 * One pull request, on a branch of its own, that changes files. It uses GitHub's API, so the clone needs no credentials to push.
 */
import { CouldNotRun } from "../couldNotRun.ts";
import { GitHubError, type GitHubClient } from "./gitHubClient.ts";

export interface OfferedFiles {
  /** "OWNER/NAME". */
  repository: string;
  /** The pull request is found by its branch. Nothing else may use the branch. */
  branch: string;
  /** The branch to merge into. */
  base: string;
  /** The commit of `base` that the files were read from. */
  commit: string;
  /** New contents by path in the repository: from what the branch of the open pull request has, if there is one. */
  files: Readonly<Record<string, (onBranch: string | undefined) => Promise<string>>>;
  title: string;
  /** Markdown. */
  body: string;
}

export interface Offered {
  url: string;
  did: "created" | "updated" | "unchanged";
}

interface OpenPullRequest {
  number: number;
  html_url: string;
  title: string;
  body: string | null;
  head: { sha: string };
}

/** What this needs of GitHub. */
export type GitHubRequests = Pick<GitHubClient, "request">;

type Branch = Pick<OfferedFiles, "repository" | "branch">;

/** @throws GitHubError; CouldNotRun if workflows of the repository may open no pull request */
export async function offerFiles(client: GitHubRequests, offer: OfferedFiles): Promise<Offered> {
  const { repository, branch, base, title, body } = offer;
  const open = await openPullRequest(client, offer);
  if (open !== undefined) {
    const isCommitted = await commitOnto(client, offer, open.head.sha);
    const isSaid = open.title === title && open.body === body;
    if (!isSaid) await client.request("PATCH", `/repos/${repository}/pulls/${open.number}`, { title, body });
    return { url: open.html_url, did: isCommitted || !isSaid ? "updated" : "unchanged" };
  }
  await startBranch(client, offer);
  try {
    const request = { title, body, base, head: branch };
    const made = await client.request<OpenPullRequest>("POST", `/repos/${repository}/pulls`, request);
    return { url: made.html_url, did: "created" };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    if (error.status === 403 && /not permitted to create or approve pull requests/.test(error.message))
      throw new CouldNotRun(
        `${error.message} The branch ${branch} has the change. Allow workflows to open pull requests, in the organization and in the repository: ` +
          'Settings, Actions, General, "Allow GitHub Actions to create and approve pull requests"',
        { cause: error },
      );
    // Without an answer it may have been created.
    const made = error.status === 0 || error.status >= 500 ? await openPullRequest(client, offer) : undefined;
    if (made === undefined) throw error;
    return { url: made.html_url, did: "created" };
  }
}

/**
 * Closes the pull request of a branch, if one is open: its files need no change any more.
 * @returns its address
 * @throws GitHubError
 */
export async function withdrawFiles(client: GitHubRequests, of: Branch): Promise<string | undefined> {
  const open = await openPullRequest(client, of);
  if (open === undefined) return undefined;
  await client.request("PATCH", `/repos/${of.repository}/pulls/${open.number}`, { state: "closed" });
  return open.html_url;
}

/** @throws GitHubError */
export async function defaultBranch(client: GitHubRequests, repository: string): Promise<string> {
  return (await client.request<{ default_branch: string }>("GET", `/repos/${repository}`)).default_branch;
}

/** `head` names the owner as well, so a fork's branch of the same name is another one. */
async function openPullRequest(
  client: GitHubRequests,
  { repository, branch }: Branch,
): Promise<OpenPullRequest | undefined> {
  const head = encodeURIComponent(`${repository.split("/")[0] ?? ""}:${branch}`);
  const found = await client.request<OpenPullRequest[]>("GET", `/repos/${repository}/pulls?state=open&head=${head}`);
  return found[0];
}

/** Adds a commit to the branch of an open pull request, which may have other people's changes. @returns whether it was needed */
async function commitOnto(client: GitHubRequests, offer: OfferedFiles, parent: string): Promise<boolean> {
  const { repository, branch, files } = offer;
  const wanted: Contents = {};
  for (const [path, contentFor] of Object.entries(files)) {
    const there = await contentAt(client, repository, path, parent);
    const content = await contentFor(there);
    if (content !== there) wanted[path] = content;
  }
  if (Object.keys(wanted).length === 0) return false;
  const sha = await newCommit(client, offer, parent, wanted);
  await client.request("PATCH", `/repos/${repository}/git/refs/heads/${branch}`, { sha, force: false });
  return true;
}

/** Starts the branch at the commit. A branch of a merged or closed pull request may exist. */
async function startBranch(client: GitHubRequests, offer: OfferedFiles): Promise<void> {
  const { repository, branch, commit, files } = offer;
  const contents: Contents = {};
  for (const [path, contentFor] of Object.entries(files)) contents[path] = await contentFor(undefined);
  const sha = await newCommit(client, offer, commit, contents);
  const at = `/repos/${repository}/git/ref/heads/${branch}`;
  const exists = await client.request("GET", at).then(
    () => true,
    (error: unknown) => {
      if (error instanceof GitHubError && error.status === 404) return false;
      throw error;
    },
  );
  if (exists) await client.request("PATCH", `/repos/${repository}/git/refs/heads/${branch}`, { sha, force: true });
  else await client.request("POST", `/repos/${repository}/git/refs`, { ref: `refs/heads/${branch}`, sha });
}

type Contents = Record<string, string>;

async function newCommit(
  client: GitHubRequests,
  { repository, title: message }: OfferedFiles,
  parent: string,
  contents: Contents,
): Promise<string> {
  const git = `/repos/${repository}/git`;
  const { tree: before } = await client.request<{ tree: { sha: string } }>("GET", `${git}/commits/${parent}`);
  const tree = Object.entries(contents).map(([path, content]) => ({ path, content, mode: "100644", type: "blob" }));
  const { sha } = await client.request<{ sha: string }>("POST", `${git}/trees`, { base_tree: before.sha, tree });
  const commit = { message, tree: sha, parents: [parent] };
  return (await client.request<{ sha: string }>("POST", `${git}/commits`, commit)).sha;
}

/** `undefined` if the commit has no such file. */
async function contentAt(
  client: GitHubRequests,
  repository: string,
  path: string,
  commit: string,
): Promise<string | undefined> {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  try {
    const file = await client.request<{ content?: string }>(
      "GET",
      `/repos/${repository}/contents/${encoded}?ref=${commit}`,
    );
    return Buffer.from(file.content ?? "", "base64").toString("utf8");
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return undefined;
    throw error;
  }
}
