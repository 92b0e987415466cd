/**
 * The tokens of workflow runs. Each has exactly the rights in its job's `permissions`.
 * https://docs.github.com/rest/authentication/permissions-required-for-github-apps
 */
export type Permissions = Record<string, string>;

/** A path below `/repos/OWNER/NAME/`, and permissions, one of which is sufficient. Without permissions, every reader of the repository may use the path. */
const needed: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^pulls\//, ["pull-requests"]],
  [/^commits\/\w+\/pulls$/, ["pull-requests", "contents"]],
  [/^compare\//, ["contents"]],
  [/^deployments(?:\/|$)/, ["deployments"]],
  [/^statuses\//, ["statuses"]],
  [/^check-runs(?:\/|$)/, ["checks"]],
];

export class RunTokens {
  readonly #permissions = new Map<string, Permissions>();

  /** A token for a job. A run for a fork gets a read-only token, regardless of what the job requests. */
  issue(permissions: Permissions, { fork = false } = {}): string {
    const given = Object.entries(permissions).map(([name, right]) => [name, fork ? "read" : right]);
    const token = `ghs_${`${this.#permissions.size}`.padStart(36, "standIn")}`;
    this.#permissions.set(token, Object.fromEntries(given) as Permissions);
    return token;
  }

  knows(token: string): boolean {
    return this.#permissions.has(token);
  }

  /**
   * @param path below `/repos/OWNER/NAME/`
   * @param ofPullRequest the issue in the path is a pull request, on which either permission counts
   */
  allows(token: string, method: string, path: string, ofPullRequest: boolean): boolean {
    const permissions = this.#permissions.get(token) ?? {};
    const one = /^issues(?:\/|$)/.test(path)
      ? ["issues", ...(ofPullRequest ? ["pull-requests"] : [])]
      : needed.find(([pattern]) => pattern.test(path))?.[1];
    if (one === undefined) return method === "GET";
    const enough = method === "GET" ? ["read", "write"] : ["write"];
    return one.some((name) => enough.includes(permissions[name] ?? "none"));
  }
}
