/**
 * Checks whether the branch is protected as the workflows assume, by classic protection or by rulesets. Read-only: the
 * repository's owners decide who may merge.
 */
import { GitHubError } from "../github/gitHubClient.ts";
import { found, nothing, type Adopted, type GitHub } from "./adoption.ts";

/** Names of the jobs in ci.yml and preview.yml. */
const requiredChecks = ["check", "report"];

interface Protection {
  required_status_checks?: { contexts?: string[] };
  required_pull_request_reviews?: { require_code_owner_reviews?: boolean };
}

interface Rule {
  type: string;
  parameters?: { required_status_checks?: { context: string }[]; require_code_owner_review?: boolean };
}

/** @throws GitHubError */
export async function lookAtBranch(github: GitHub, repository: string, branch: string): Promise<Adopted> {
  let protection: Protection | undefined;
  try {
    protection = await found(github.request<Protection>("GET", `/repos/${repository}/branches/${branch}/protection`));
  } catch (error) {
    // GitHub answers 403 for a private repository on the Free plan, or for a token that may not read the protection.
    // Rulesets are still read.
    if (!(error instanceof GitHubError) || error.status !== 403) throw error;
  }
  const rules = (await found(github.request<Rule[]>("GET", `/repos/${repository}/rules/branches/${branch}`))) ?? [];
  const checks = [
    ...(protection?.required_status_checks?.contexts ?? []),
    ...rules.flatMap(({ parameters }) => parameters?.required_status_checks ?? []).map(({ context }) => context),
  ];
  const missing = requiredChecks.filter((name) => !checks.includes(name));
  const owners =
    protection?.required_pull_request_reviews?.require_code_owner_reviews === true ||
    rules.some(({ parameters }) => parameters?.require_code_owner_review === true);
  const open = [
    ...(missing.length > 0
      ? [`branch ${branch}: require the checks ${missing.join(" and ")} under Settings, Rules`]
      : []),
    ...(owners ? [] : [`branch ${branch}: require a review of code owners under Settings, Rules`]),
  ];
  return { ...nothing(), kept: open.length === 0 ? [`branch ${branch}: protected`] : [], open };
}
