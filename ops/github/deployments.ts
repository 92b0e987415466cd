/**
 * GitHub's record of what runs where: one deployment per commit in an environment, and its states.
 * https://docs.github.com/rest/deployments/deployments, https://docs.github.com/rest/deployments/statuses
 */
import type { GitHubClient } from "./gitHubClient.ts";

export type DeploymentState = "in_progress" | "success" | "failure" | "inactive";

export interface DeploymentRecord {
  /** "OWNER/NAME". */
  repository: string;
  environment: string;
  state: DeploymentState;
  /** URL of the environment. */
  url?: string;
  /** URL of the workflow run. */
  log?: string;
  /** One line. */
  description: string;
}

interface Deployment {
  id: number;
  sha: string;
}

/** GitHub answers 422 to longer ones. */
const longestDescription = 140;

/**
 * Records that a commit is being deployed, runs, or failed, and makes the environment's earlier deployments inactive.
 * @throws GitHubError
 */
export async function recordDeployment(client: GitHubClient, record: DeploymentRecord, commit: string): Promise<void> {
  const earlier = await deploymentsIn(client, record);
  // Only the newest: an older one that became active again would stay active, because endAll stops at an inactive one.
  const known = earlier[0]?.sha === commit ? earlier[0] : undefined;
  const current =
    known ??
    (await client.request<Deployment>("POST", `/repos/${record.repository}/deployments`, {
      ref: commit,
      environment: record.environment,
      // GitHub shows an inactive transient environment as destroyed.
      transient_environment: true,
      production_environment: false,
      // The record describes what runs, whatever the commit's checks say, and GitHub must not merge anything into it.
      auto_merge: false,
      required_contexts: [],
      description: short(record.description),
    }));
  await setState(client, record, current.id);
  await endAll(
    client,
    record,
    earlier.filter(({ id }) => id !== current.id),
  );
}

/** Makes the environment's deployments inactive. @throws GitHubError */
export async function endDeployments(client: GitHubClient, record: Omit<DeploymentRecord, "state">): Promise<void> {
  await endAll(client, record, await deploymentsIn(client, record));
}

/** Newest first. */
async function deploymentsIn(
  client: GitHubClient,
  { repository, environment }: Pick<DeploymentRecord, "repository" | "environment">,
): Promise<Deployment[]> {
  const found: Deployment[] = [];
  const path = `/repos/${repository}/deployments?environment=${encodeURIComponent(environment)}`;
  for await (const deployment of client.all<Deployment>(path)) found.push(deployment);
  return found;
}

async function endAll(
  client: GitHubClient,
  record: Omit<DeploymentRecord, "state">,
  deployments: readonly Deployment[],
): Promise<void> {
  for (const { id } of deployments) {
    const path = `/repos/${record.repository}/deployments/${id}/statuses?per_page=1`;
    const [newest] = await client.request<{ state: string }[]>("GET", path);
    // Earlier ones became inactive together with it.
    if (newest?.state === "inactive") return;
    await setState(client, { ...record, state: "inactive" }, id);
  }
}

async function setState(client: GitHubClient, record: DeploymentRecord, id: number): Promise<void> {
  const { repository, state, url, log, description } = record;
  await client.request("POST", `/repos/${repository}/deployments/${id}/statuses`, {
    state,
    description: short(description),
    ...(url === undefined || state === "inactive" ? {} : { environment_url: url }),
    ...(log === undefined ? {} : { log_url: log }),
    // GitHub would skip transient environments anyway; endAll does this instead.
    auto_inactive: false,
  });
}

const short = (text: string) =>
  text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1)}…`;
