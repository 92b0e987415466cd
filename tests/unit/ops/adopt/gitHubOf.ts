/** A repository on GitHub in memory: environments, variables, labels and rules, with GitHub's refusals by plan. */
import { GitHubError } from "../../../../ops/github/gitHubClient.ts";
import type { GitHub } from "../../../../ops/adopt/adoption.ts";

type Body = Record<string, unknown>;

export interface Repository {
  github: GitHub;
  /** Requests that changed something. */
  writes: string[];
  environments: Map<string, Body & { policies: { id: number; name: string; type: string }[] }>;
  variables: Map<string, string>;
  labels: Set<string>;
  protection: object | undefined;
  rules: object[];
  /** "free": a private repository without environments; "team": without reviewers. */
  plan: "free" | "team" | "enterprise";
  /** Whether GitHub forgets its changes. */
  forgetful: boolean;
}

const ids: Record<string, number> = { "/users/jo": 11, "/users/sam": 12, "/orgs/contoso/teams/platform": 21 };

export function gitHubOf(plan: Repository["plan"] = "enterprise"): Repository {
  const repository = {
    ...{ plan, writes: [], environments: new Map(), variables: new Map(), labels: new Set() },
    ...{ protection: undefined, rules: [], forgetful: false },
  } as unknown as Repository;
  const answer = (method: string, path: string, body: Body): unknown => {
    const refuse = (status: number, message: string): never => {
      throw new GitHubError(status, `GitHub answered ${status} to ${method} ${path}: ${message}`);
    };
    if (method !== "GET") repository.writes.push(`${method} ${path}`);
    if (path in ids) return { id: ids[path] };
    const rest = path.replace("/repos/contoso/hello", "");
    const [, name = "", more] = /^\/environments\/([^/]+)(?:\/(.*))?$/.exec(rest) ?? [];
    const environment = repository.environments.get(name);
    if (rest.includes("/variables")) {
      const key = method === "POST" ? `${rest}/${String(body.name)}` : rest;
      if (method !== "GET") return void repository.variables.set(key, String(body.value));
      const value = repository.variables.get(key);
      return value === undefined ? refuse(404, "Not Found") : { value };
    }
    if (more === "deployment-branch-policies") {
      if (environment === undefined) return refuse(404, "Not Found");
      if (method === "GET") return { branch_policies: environment.policies };
      if (environment.policies.some((one) => one.name === body.name)) return refuse(303, "See Other");
      if (!repository.forgetful) environment.policies.push({ id: 1, name: String(body.name), type: String(body.type) });
      return {};
    }
    if (name !== "") {
      if (repository.plan === "free") return refuse(404, "Not Found");
      if (method === "GET") return environment === undefined ? refuse(404, "Not Found") : shown(environment);
      const reviewers = (body.reviewers ?? []) as Body[];
      if (repository.plan === "team" && reviewers.length > 0)
        return refuse(
          422,
          "Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers protection rule.",
        );
      if (body.prevent_self_review === true && reviewers.length === 0) return refuse(422, "Validation Failed");
      repository.environments.set(name, { ...body, policies: environment?.policies ?? [] });
      return {};
    }
    const label = /^\/labels\/(.+)$/.exec(rest)?.[1];
    if (label !== undefined) return repository.labels.has(label) ? {} : refuse(404, "Not Found");
    if (rest === "/labels") return void repository.labels.add(String(body.name));
    if (rest === "/branches/main/protection")
      return repository.plan === "free"
        ? refuse(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
        : (repository.protection ?? refuse(404, "Branch not protected"));
    if (rest === "/rules/branches/main") return repository.rules;
    return refuse(404, "Not Found");
  };
  repository.github = {
    request: <T>(method: string, path: string, body: object = {}) =>
      new Promise<T>((resolve) => resolve(answer(method, path, body as Body) as T)),
    all: () => {
      throw new Error("no list is asked for");
    },
  };
  return repository;
}

/** An environment in GitHub's form: its rules by type. */
function shown({ wait_timer: wait, reviewers = [], prevent_self_review: self, ...rest }: Body) {
  return {
    deployment_branch_policy: rest.deployment_branch_policy,
    protection_rules: [
      ...(wait === undefined ? [] : [{ type: "wait_timer", wait_timer: wait }]),
      ...((reviewers as Body[]).length === 0
        ? []
        : [
            {
              type: "required_reviewers",
              prevent_self_review: self ?? false,
              reviewers: (reviewers as Body[]).map(({ type, id }) => ({ type, reviewer: { id } })),
            },
          ]),
    ],
  };
}
