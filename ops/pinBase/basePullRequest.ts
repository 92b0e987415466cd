/** The pull request that moves base images: its text, and the one branch that it is made from. */
import { CouldNotRun } from "../couldNotRun.ts";
import { type ClientOptions, GitHubClient } from "../github/gitHubClient.ts";
import { defaultBranch, type GitHubRequests, offerFiles, withdrawFiles } from "../github/filesPullRequest.ts";
import { addSummary, setOutput, type WorkflowRun } from "../github/workflow.ts";
import { code, table } from "../report/markdown.ts";
import type { PinnedBase } from "./pinnedDockerfile.ts";

export const baseBranch = "tarmac/base-image";

export interface MovedDockerfile {
  /** In the repository, with "/". */
  path: string;
  /** The text with moved bases, from that on the branch of the open pull request if there is one. */
  textFor: (onBranch: string | undefined) => Promise<string>;
  bases: PinnedBase[];
}

export interface BasePullRequestInput {
  /** Only those with a base that moves. */
  moved: readonly MovedDockerfile[];
  /** What else a person must change, each one line. */
  alsoChange: readonly string[];
  workflow: WorkflowRun;
  /** `GITHUB_REF`, e.g. refs/heads/main. */
  ref: string | undefined;
  say: (line: string) => void;
  gitHubOf?: GitHubOf | undefined;
}

export type GitHubOf = (options: ClientOptions) => GitHubRequests;
const realGitHub: GitHubOf = (options) => new GitHubClient(options);

/**
 * Opens, updates or closes the pull request, and writes its address to the step's output `pull-request`.
 * @throws CouldNotRun outside of a workflow and on another branch than the default one; GitHubError
 */
export async function publishBases(input: BasePullRequestInput): Promise<void> {
  const { moved, alsoChange, workflow, ref, say, gitHubOf = realGitHub } = input;
  const { apiUrl, token, repository, commit, outputFile, summaryFile } = workflow;
  if (token === undefined || repository === undefined || commit === undefined || ref === undefined)
    throw new CouldNotRun(
      "--pull-request needs GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_SHA and GITHUB_REF, as a workflow has them: on your machine, use --write and open the pull request yourself",
    );
  const client = gitHubOf({ token, say, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const base = await defaultBranch(client, repository);
  if (ref !== `refs/heads/${base}`)
    throw new CouldNotRun(
      `--pull-request: this run is for ${ref}, and the pull request starts from ${base}: run it there`,
    );
  if (moved.length === 0) {
    const closed = await withdrawFiles(client, { repository, branch: baseBranch });
    if (closed !== undefined) say(`the pull request is closed, because nothing is out of date any more: ${closed}`);
    return;
  }
  const body = bodyOf(moved, alsoChange);
  const { url, did } = await offerFiles(client, {
    ...{ repository, branch: baseBranch, base, commit, title: titleOf(moved), body },
    files: Object.fromEntries(moved.map(({ path, textFor }) => [path, textFor])),
  });
  say(`the pull request is ${did}: ${url}`);
  if (outputFile !== undefined) setOutput(outputFile, "pull-request", url);
  if (summaryFile !== undefined) addSummary(summaryFile, `${body}\n\nPull request: ${url}\n`);
}

const changesOf = ({ bases }: MovedDockerfile) => bases.filter(({ from, to }) => from !== to);

function titleOf(moved: readonly MovedDockerfile[]): string {
  const changes = moved.flatMap(changesOf);
  const [first] = changes;
  const [dockerfile] = moved;
  return changes.length === 1 && first !== undefined && dockerfile !== undefined
    ? `Move the base of ${dockerfile.path} to ${shortened(first.to)}`
    : `Move ${changes.length} base images`;
}

/** With the first digits of the digest only. */
const shortened = (reference: string) => reference.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1");

function bodyOf(moved: readonly MovedDockerfile[], alsoChange: readonly string[]): string {
  const rows = moved.flatMap((one) => changesOf(one).map(({ from, to }) => [code(one.path), code(from), code(to)]));
  return [
    "These base images are not pinned by digest, or their pins are out of date.",
    "",
    table(["Dockerfile", "from", "to"], rows),
    ...(alsoChange.length === 0
      ? []
      : ["", "Change in this pull request as well:", "", ...alsoChange.map((line) => `- ${line}`)]),
    "",
    "`tarmac pin-base` has opened this pull request. Its next run adds a commit if the registry has changed again, and closes the pull request " +
      "when nothing is out of date any more. Commits of others on this branch stay. GitHub starts no workflow for it before somebody " +
      'who may write chooses "Approve workflows to run": docs/check-image.md#the-base-is-watched',
  ].join("\n");
}
