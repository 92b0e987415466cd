/**
 * GitHub environments: which branches may deploy to them, and who approves. Azure trusts every job that GitHub lets
 * into an environment, so each rule is read back after it is set.
 *
 * https://docs.github.com/rest/deployments/environments, https://docs.github.com/rest/deployments/branch-policies
 */
import { CouldNotRun } from "../couldNotRun.ts";
import { GitHubError } from "../github/gitHubClient.ts";
import { found, nothing, type Adopted, type GitHub } from "./adoption.ts";

export interface WantedEnvironment {
  name: string;
  /** The only branch that may deploy. Absent: every branch may. */
  branch?: string;
  /** Users (LOGIN) and teams (ORG/TEAM); one of them must approve. Empty: no approval is needed. */
  reviewers: readonly string[];
}

interface Reviewer {
  type: "User" | "Team";
  id: number;
}

interface Environment {
  protection_rules?: {
    type: string;
    wait_timer?: number;
    prevent_self_review?: boolean;
    reviewers?: { type: "User" | "Team"; reviewer: { id: number } }[];
  }[];
  deployment_branch_policy?: { protected_branches: boolean; custom_branch_policies: boolean } | null;
}

interface BranchPolicies {
  branch_policies: { id: number; name: string; type?: "branch" | "tag" }[];
}

export interface Protection extends Adopted {
  /** True if only the wanted branch may deploy. */
  closed: boolean;
}

/** Creates and protects an environment, and checks that GitHub applied the rules. @throws GitHubError */
export async function protectEnvironment(
  github: GitHub,
  repository: string,
  wanted: WantedEnvironment,
): Promise<Protection> {
  const result = nothing();
  const path = `/repos/${repository}/environments/${wanted.name}`;
  const what = `environment ${wanted.name}`;
  const before = await found(github.request<Environment>("GET", path));
  const reviewers = await Promise.all(wanted.reviewers.map((name) => reviewerOf(github, name)));
  if (before !== undefined && (await problems(github, path, wanted, reviewers)).length === 0)
    return { ...result, kept: [`${what}: protected`], open: unapproved(wanted, reviewersIn(before)), closed: true };
  try {
    await put(github, path, wanted, reviewers, before);
  } catch (error) {
    if (!(error instanceof GitHubError) || ![404, 422].includes(error.status)) throw error;
    if (error.status === 404)
      return {
        ...result,
        closed: false,
        open: [
          `${what}: GitHub offers no environments here: the token may not administer the repository, or the plan has none (a private repository needs GitHub Pro, Team or Enterprise). Without them every branch can deploy: keep ${wanted.name} out of the workflows, and deploy it by hand`,
        ],
      };
    // Required reviewers in a private repository need GitHub Enterprise. The branch rule is still worth setting.
    await put(github, path, wanted, [], before);
    result.open.push(
      `${what}: GitHub accepts no reviewers here (a private repository needs GitHub Enterprise): ${error.message}. Remove ${wanted.name} from .github/workflows/deploy.yml's chain and deploy it by "Run workflow", or require the reviews on the branch`,
    );
  }
  if (wanted.branch !== undefined) await onlyBranch(github, path, wanted.branch);
  const asked = result.open.length > 0 ? [] : reviewers;
  const left = await problems(github, path, wanted, asked);
  result.open.push(...left.map(({ problem }) => `${what}: ${problem}`));
  result.changed.push(`${what}: ${before === undefined ? "created" : "updated"}`);
  result.open.push(...unapproved(wanted, [...reviewers, ...reviewersIn(before)]));
  return { ...result, closed: !left.some(({ about }) => about === "branches") };
}

const unapproved = ({ name }: WantedEnvironment, reviewers: readonly Reviewer[]): string[] =>
  name === "prod" && reviewers.length === 0
    ? [`environment ${name}: nobody has to approve; name who does: tarmac adopt --reviewer LOGIN`]
    : [];

async function put(
  github: GitHub,
  path: string,
  { branch }: WantedEnvironment,
  reviewers: readonly Reviewer[],
  before: Environment | undefined,
): Promise<void> {
  const rules = before?.protection_rules ?? [];
  const waits = rules.find(({ type }) => type === "wait_timer")?.wait_timer ?? 0;
  const others = reviewersIn(before).filter(
    (one) => !reviewers.some(({ id, type }) => id === one.id && type === one.type),
  );
  const all = [...reviewers, ...others];
  await github.request("PUT", path, {
    // GitHub may remove any setting that this request leaves out.
    ...(waits > 0 ? { wait_timer: waits } : {}),
    // GitHub refuses this setting without reviewers.
    ...(all.length > 0 ? { prevent_self_review: true, reviewers: all } : {}),
    deployment_branch_policy: branch === undefined ? null : { protected_branches: false, custom_branch_policies: true },
  });
}

const reviewersIn = (environment: Environment | undefined): Reviewer[] =>
  (environment?.protection_rules ?? [])
    .flatMap(({ reviewers }) => reviewers ?? [])
    .map(({ type, reviewer }) => ({ type, id: reviewer.id }));

/** GitHub answers 303 for an existing pattern, so check for it first. Other patterns stay: a person added them. */
async function onlyBranch(github: GitHub, path: string, branch: string): Promise<void> {
  const policies = `${path}/deployment-branch-policies`;
  const { branch_policies: there } = await github.request<BranchPolicies>("GET", policies);
  if (there.some(({ name, type }) => name === branch && type !== "tag")) return;
  await github.request("POST", policies, { name: branch, type: "branch" });
}

interface Problem {
  about: "branches" | "reviewers";
  problem: string;
}

/** Differences between the wanted protection and what GitHub reports. */
async function problems(
  github: GitHub,
  path: string,
  { branch }: WantedEnvironment,
  reviewers: readonly Reviewer[],
): Promise<Problem[]> {
  const environment = await github.request<Environment>("GET", path);
  const said: Problem[] = [];
  const add = (about: Problem["about"], problem: string) => void said.push({ about, problem });
  if (branch !== undefined) {
    const policy = environment.deployment_branch_policy;
    if (policy?.custom_branch_policies !== true)
      add(
        "branches",
        `every branch may deploy: its deployment branches are ${(policy ?? null) === null ? "not restricted" : "the protected ones, which are all while none is protected"}`,
      );
    else {
      const { branch_policies: there } = await github.request<BranchPolicies>(
        "GET",
        `${path}/deployment-branch-policies`,
      );
      const others = there.filter(({ name, type }) => name !== branch || type === "tag").map(({ name }) => name);
      if (others.length === there.length)
        add("branches", `branch ${branch} may not deploy: GitHub did not keep its pattern`);
      if (others.length > 0)
        add(
          "branches",
          `branches other than ${branch} may deploy: ${others.join(", ")}; remove these patterns under Settings, Environments`,
        );
    }
  }
  const kept = reviewersIn(environment);
  if (reviewers.some(({ id, type }) => !kept.some((one) => one.id === id && one.type === type)))
    add("reviewers", "GitHub did not keep all reviewers");
  const selfReview = environment.protection_rules?.find(({ type }) => type === "required_reviewers");
  if (reviewers.length > 0 && selfReview?.prevent_self_review !== true)
    add("reviewers", "whoever starts a deployment may approve it themselves");
  return said;
}

/** @throws CouldNotRun if the user or team does not exist */
async function reviewerOf(github: GitHub, name: string): Promise<Reviewer> {
  const [owner = "", team] = name.replace(/^@/, "").split("/");
  const path = team === undefined ? `/users/${owner}` : `/orgs/${owner}/teams/${team}`;
  const who = await found(github.request<{ id: number }>("GET", path));
  if (who === undefined)
    throw new CouldNotRun(`--reviewer: "${name}" is not a user or team that this token sees; use LOGIN or ORG/TEAM`);
  return { type: team === undefined ? "User" : "Team", id: who.id };
}
