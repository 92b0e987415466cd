/**
 * Deployments of the stand-in for GitHub, and their statuses, with the rules that
 * https://docs.github.com/rest/deployments/deployments and https://docs.github.com/rest/deployments/statuses name.
 */

export interface StandInDeployment {
  id: number;
  sha: string;
  environment: string;
  transient_environment: boolean;
  production_environment: boolean;
  description: string;
}

export interface StandInStatus {
  state: string;
  description: string;
  environment_url: string;
  log_url: string;
}

interface Answer {
  status: number;
  body: unknown;
}

const states = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
const invalid = (message: string): Answer => ({
  status: 422,
  body: { message: "Validation Failed", errors: [{ message }] },
});

export class Deployments {
  /** Newest first, as GitHub lists them. */
  readonly all: StandInDeployment[] = [];
  /** Newest first, by the deployment's id. */
  readonly statuses = new Map<number, StandInStatus[]>();
  /** Pending checks. GitHub then refuses a deployment, unless the request says that it needs none. */
  pendingChecks: string[] = [];
  #nextId = 1;

  /** The current states of an environment's deployments, newest first. */
  states(environment: string): string[] {
    return this.all
      .filter((one) => one.environment === environment)
      .map(({ id }) => this.statuses.get(id)?.[0]?.state ?? "none");
  }

  /** @param path after `/repos/OWNER/NAME/`; @returns `undefined` when it is not about deployments */
  answer(method: string, path: string, query: URLSearchParams, body: string): Answer | undefined {
    const [, id, rest] = /^deployments(?:\/(\d+)(\/statuses)?)?$/.exec(path) ?? [];
    if (!path.startsWith("deployments")) return undefined;
    const given = (body === "" ? {} : JSON.parse(body)) as Record<string, unknown>;
    if (id === undefined) {
      if (method === "POST") return this.#create(given);
      const environment = query.get("environment");
      return { status: 200, body: this.all.filter((one) => (environment ?? one.environment) === one.environment) };
    }
    const statuses = this.statuses.get(Number(id));
    if (statuses === undefined || rest === undefined) return { status: 404, body: { message: "Not Found" } };
    return method === "POST" ? setStatus(statuses, given) : { status: 200, body: statuses };
  }

  #create(given: Record<string, unknown>): Answer {
    const { ref, environment = "production", required_contexts: needed, auto_merge: merges = true } = given;
    if (typeof ref !== "string") return { status: 422, body: { message: `No ref found for: ${String(ref)}` } };
    // If it is absent, the deployment needs all checks of the commit.
    if (this.pendingChecks.length > 0 && !(Array.isArray(needed) && needed.length === 0))
      return { status: 409, body: { message: `Conflict: Commit status checks failed for ${ref}.` } };
    if (merges !== false) return { status: 202, body: { message: `Auto-merged main into ${ref} on deployment.` } };
    const deployment: StandInDeployment = {
      ...{ id: this.#nextId++, sha: ref, environment: String(environment) },
      transient_environment: given.transient_environment === true,
      production_environment: given.production_environment === true,
      description: typeof given.description === "string" ? given.description : "",
    };
    this.all.unshift(deployment);
    this.statuses.set(deployment.id, []);
    return { status: 201, body: deployment };
  }
}

function setStatus(statuses: StandInStatus[], given: Record<string, unknown>): Answer {
  const text = (key: string) => (typeof given[key] === "string" ? given[key] : "");
  if (!states.includes(text("state"))) return invalid("state is not included in the list");
  if (text("description").length > 140) return invalid("description is too long (maximum is 140 characters)");
  for (const key of ["environment_url", "log_url"])
    if (text(key) !== "" && !/^https?:\/\//.test(text(key))) return invalid(`${key} must use http(s) scheme`);
  const status = {
    ...{ state: text("state"), description: text("description") },
    ...{ environment_url: text("environment_url"), log_url: text("log_url") },
  };
  statuses.unshift(status);
  return { status: 201, body: status };
}
