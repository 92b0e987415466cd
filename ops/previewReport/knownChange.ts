/** What GitHub and the clone of the base know about a change. None of it was written by the change's code. */
import type { GitHubClient } from "../github/gitHubClient.ts";
import { changedPaths, type PullRequest } from "../github/pullRequest.ts";
import type { KnownChange } from "./gate.ts";
import { changesPolicies, environmentsOf, stackOfFile, touchedBy } from "./touched.ts";

export interface KnownChangeOf extends KnownChange {
  /** Environments that it touches and that are previewed only when they are deployed. */
  notPreviewed: string[];
}

/**
 * @param folder clone of the base
 * @param previewed the environments that are previewed; absent: all
 * @throws GitHubError, CouldNotRun
 */
export async function knownChange(
  client: GitHubClient,
  pullRequest: PullRequest,
  folder: string,
  previewed: readonly string[] | undefined,
): Promise<KnownChangeOf> {
  const paths = await changedPaths(client, pullRequest);
  const made = (paths ?? []).flatMap((path) => stackOfFile(path) ?? []);
  const environments = [...new Set([...(await environmentsOf(folder)), ...made])].sort();
  // If a change has too many files to list, assume that it touches everything.
  const touched =
    paths === undefined
      ? environments.map((stack) => ({ stack, because: ["more than 3000 files"] }))
      : touchedBy(paths, environments);
  const isPreviewed = ({ stack }: { stack: string }) => previewed?.includes(stack) ?? true;
  return {
    expected: touched.filter(isPreviewed),
    notPreviewed: touched.filter((one) => !isPreviewed(one)).map(({ stack }) => stack),
    rules: (paths ?? ["policy/"]).filter(changesPolicies),
  };
}
