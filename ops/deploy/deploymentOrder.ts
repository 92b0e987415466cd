/**
 * Whether a commit is newer than the one a stack was last updated to. Otherwise an old approval or a re-run would
 * deploy backwards.
 */
import { CouldNotRun } from "../couldNotRun.ts";
import { type GitHubClient, GitHubError } from "../github/gitHubClient.ts";
import { gitIn } from "./checkedOutCommit.ts";

/** The deployment would go back in history. Nothing was changed. */
export class OutOfOrder extends CouldNotRun {
  override readonly name = "OutOfOrder";
}

/** "unknown": neither the clone nor GitHub knows. */
export type Relation = "same" | "newer" | "older" | "unrelated" | "unknown";

export interface History {
  /** Folder of the clone, which may lack history. */
  folder: string;
  /** Absent without access to GitHub. */
  gitHub?: { client: GitHubClient; repository: string };
}

/** How `commit` relates to `deployed`. */
export async function relationOf(history: History, commit: string, deployed: string): Promise<Relation> {
  if (commit === deployed) return "same";
  const told = await inClone(history.folder, commit, deployed);
  return told === "unknown" && history.gitHub !== undefined ? onGitHub(history.gitHub, commit, deployed) : told;
}

async function inClone(folder: string, commit: string, deployed: string): Promise<Relation> {
  for (const one of [commit, deployed])
    if ((await gitIn(folder, "cat-file", "-e", `${one}^{commit}`)) === undefined) return "unknown";
  const isAncestor = async (old: string, young: string) =>
    (await gitIn(folder, "merge-base", "--is-ancestor", old, young)) !== undefined;
  if (await isAncestor(deployed, commit)) return "newer";
  if (await isAncestor(commit, deployed)) return "older";
  // A shallow clone lacks the history before its first commit.
  const isShallow = (await gitIn(folder, "rev-parse", "--is-shallow-repository"))?.trim() !== "false";
  return isShallow ? "unknown" : "unrelated";
}

/**
 * https://docs.github.com/rest/commits/commits#compare-two-commits: `status` describes the head relative to the base.
 */
const relations: Readonly<Record<string, Relation>> = {
  ahead: "newer",
  behind: "older",
  identical: "same",
  diverged: "unrelated",
};

async function onGitHub(
  { client, repository }: NonNullable<History["gitHub"]>,
  commit: string,
  deployed: string,
): Promise<Relation> {
  try {
    const path = `/repos/${repository}/compare/${deployed}...${commit}`;
    const { status } = await client.request<{ status: string }>("GET", path);
    return relations[status] ?? "unknown";
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    // "No common ancestor", or one of the two is gone: the history was rewritten.
    return error.status === 404 ? "unrelated" : "unknown";
  }
}

export interface Order {
  stack: string;
  commit: string;
  /** Newest commit that the stack was updated to. */
  newest: string;
  relation: Relation;
  /** Commit, or its first digits, that may be replaced by an older or unrelated one. */
  allowOlder?: string | undefined;
}

/** As many digits as git shows at least. */
const fewestDigits = 7;

/** @throws OutOfOrder unless the commit is newer, or replacing the newest one was allowed */
export function checkOrder({ stack, commit, newest, relation, allowOlder = "" }: Order): void {
  if (relation === "same" || relation === "newer") return;
  if (allowOlder.length >= fewestDigits && newest.startsWith(allowOlder)) return;
  const [from, to] = [newest, commit].map((one) => one.slice(0, 12));
  const why = {
    older: `${to} is older than ${from}, which "${stack}" was updated to: it needs no deployment`,
    unrelated: `${to} does not descend from ${from}, which "${stack}" was updated to`,
    unknown: `it is unknown whether ${to} is newer than ${from}, which "${stack}" was updated to: this clone lacks the history, and GitHub was not asked or did not answer`,
  }[relation];
  const wrong = allowOlder === "" ? "" : ` --allow-older names another commit, "${allowOlder}".`;
  throw new OutOfOrder(
    `${why}.${wrong} To go back to the last good image: npx tarmac deploy ${stack} --rollback. To deploy this commit anyway: ` +
      `npx tarmac deploy ${stack} --allow-older ${from}`,
  );
}
