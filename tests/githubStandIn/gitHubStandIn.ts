/**
 * A stand-in for GitHub on this machine. Its REST API has pull requests with their files, labels and timeline, comments and
 * issues in pages, the size limit, the rights to edit, and rate limits and failures that a test requests. Below `/services` is the API
 * for GitHub's runners and actions: when a job may start, artifacts, and tokens of a run. It uses plain HTTP and requires a token.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type Artifact, RunArtifacts } from "./runArtifacts.ts";
import { JobAdmission, Refused, type WaitingJob } from "./jobAdmission.ts";
import { RunTokens } from "./runTokens.ts";
import { accountType, type StandInComment, StandInPullRequest } from "./standInPullRequest.ts";
import { Deployments } from "./deploymentRecords.ts";
import { StandInBranches } from "./standInBranches.ts";

export interface StandInIssue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  user: { login: string; type: string };
  comments: string[];
  /** As GitHub lists pull requests among issues. */
  pullRequest?: boolean;
}

export interface MergedPullRequest {
  number: number;
  head: { sha: string };
  merged_at: string | null;
  user: { login: string };
}

/** An answer that replaces the real one once. */
export interface Fault {
  /** The method of the request that it applies to, e.g. "POST". Default: any. */
  method?: string;
  status: number;
  headers?: Record<string, string>;
  message: string;
  /** Whether the server still carries out the request, so that only the answer is lost. */
  done?: boolean;
  /** Called before the server answers, for changes that happen in the meantime. */
  meanwhile?: () => void;
}

export interface Seen {
  method: string;
  path: string;
}

const limit = 65_536;

export class GitHubStandIn {
  readonly token = "ghs_standInStandInStandInStandInStandIn0";
  /** The account of the token. */
  login = "github-actions[bot]";
  repository = "team/hello";
  /** The pull request of most tests. */
  readonly pull = new StandInPullRequest(7);
  readonly pulls = new Map([[7, this.pull]]);
  /** Tokens of runs. `token` has all rights. */
  readonly tokens = new RunTokens();
  readonly jobs = new JobAdmission();
  readonly artifacts = new RunArtifacts();
  /** The token of the runners and actions of workflow runs. */
  readonly runtimeToken = "runtime-standIn";
  /** Issues the token with which a run signs in to other services. */
  idToken: (subject: string, audience: string) => Promise<string> = () =>
    Promise.reject(new Error("no identity provider"));
  /** The rights of accounts on the repository: "admin", "write", "read". All others have "read". */
  permissions: Record<string, string> = { ada: "write", grace: "write" };
  /** Makes the token read-only, like in a run for a fork. */
  readOnly = false;
  /** Pull requests by the commit that they added to main. */
  pullsOf: Record<string, MergedPullRequest[]> = {};
  /** Commits between two commits, newest last, by "BASE...HEAD". */
  comparisons: Record<string, string[]> = {};
  /** Issues in addition to pull request 7. */
  issues: StandInIssue[] = [];
  readonly deployments = new Deployments();
  /** Commits, branches, and the pull requests that the API opens from them. */
  readonly branches = new StandInBranches();
  faults: Fault[] = [];
  readonly seen: Seen[] = [];
  readonly #server: Server;
  #nextId = 1000;
  #nextIssue = 8;
  #url = "";

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: Error) => send(response, 500, { message: error.stack }));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return this.#url;
  }

  /** Opens a pull request. */
  openPull(number: number): StandInPullRequest {
    const pull = new StandInPullRequest(number);
    this.pulls.set(number, pull);
    return pull;
  }

  /** Writes a comment as `login`. */
  say(login: string, body: string, type: string = accountType(login), on = this.pull): StandInComment {
    const comment = { id: this.#nextId++, body, user: { login, type } };
    on.comments.push(comment);
    return comment;
  }

  /** Opens an issue as `login`. */
  open(login: string, title: string, body: string, pullRequest = false): StandInIssue {
    const user = { login, type: accountType(login) };
    const issue: StandInIssue = { number: this.#nextIssue++, title, body, state: "open", user, comments: [] };
    if (pullRequest) issue.pullRequest = true;
    this.issues.push(issue);
    return issue;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", this.#url);
    const sent = await buffer(request);
    const [, service] = /^\/services\/(.+)$/.exec(url.pathname) ?? [];
    if (service !== undefined) return this.#serve(method, service, url, sent, headers.authorization, response);
    const body = sent.toString("utf8");
    this.seen.push({ method, path: url.pathname + url.search });
    const fault = this.#takeFault(method);
    fault?.meanwhile?.();
    if (fault !== undefined && fault.done !== true)
      return send(response, fault.status, { message: fault.message }, fault.headers);
    // GitHub accepts both words: https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
    const [, token] = /^(?:bearer|token) (\S+)$/i.exec(headers.authorization ?? "") ?? [];
    if (token === undefined || (token !== this.token && !this.tokens.knows(token)))
      return send(response, 401, { message: "Bad credentials" });
    if ((this.readOnly && method !== "GET") || (token !== this.token && !this.#may(token, method, url.pathname)))
      return send(response, 403, { message: "Resource not accessible by integration" });
    const path = url.pathname.slice(`/repos/${this.repository}/`.length);
    const deployment = this.deployments.answer(method, path, url.searchParams, body);
    if (deployment !== undefined) {
      if (method === "GET" && Array.isArray(deployment.body)) return this.#page(response, url, deployment.body);
      return send(response, deployment.status, deployment.body);
    }
    const ofBranches =
      url.pathname.startsWith(`/repos/${this.repository}`) &&
      this.branches.answer(method, path, url.searchParams, body, this.repository);
    if (ofBranches !== false && ofBranches !== undefined)
      return fault === undefined
        ? send(response, ofBranches.status, ofBranches.body)
        : send(response, fault.status, { message: fault.message });
    if (this.#answerPullRequest(method, url, response)) return;
    if (this.#answerIssues(method, url, body, response, fault)) return;
    const [, issue, comment] =
      new RegExp(`^/repos/${this.repository}/issues/(?:(\\d+)/comments|comments/(\\d+))$`).exec(url.pathname) ?? [];
    const pull = this.pulls.get(Number(issue));
    if (pull !== undefined && method === "GET")
      return this.#page(
        response,
        url,
        pull.comments.map((one) => this.#shown(one, pull)),
      );
    const wanted = body === "" ? "" : ((JSON.parse(body) as { body?: string }).body ?? "");
    if (wanted.length > limit) return send(response, 422, tooLong);
    if (pull !== undefined && method === "POST") {
      const made = this.say(this.login, wanted, undefined, pull);
      return fault === undefined
        ? send(response, 201, this.#shown(made, pull))
        : send(response, fault.status, { message: fault.message });
    }
    const on = [...this.pulls.values()].find(({ comments }) => comments.some(({ id }) => `${id}` === comment));
    const known = on?.comments.find(({ id }) => `${id}` === comment);
    if (on !== undefined && known !== undefined && method === "PATCH") {
      if (known.user.login !== this.login) return send(response, 403, { message: "Must have admin rights" });
      known.body = wanted;
      return send(response, 200, this.#shown(known, on));
    }
    return send(response, 404, { message: "Not Found" });
  }

  /** Pull requests, labels and accounts. @returns whether the request was about them */
  #answerPullRequest(method: string, url: URL, response: ServerResponse): boolean {
    const [, path] = new RegExp(`^/repos/${this.repository}/(.+)$`).exec(url.pathname) ?? [];
    const [, commit] = /^commits\/(\w+)\/pulls$/.exec(path ?? "") ?? [];
    const [, range] = /^compare\/(.+)$/.exec(path ?? "") ?? [];
    const [, login] = /^collaborators\/([^/]+)\/permission$/.exec(path ?? "") ?? [];
    const [, of, what = ""] = /^(?:pulls|issues)\/(\d+)(?:\/(files|timeline|labels\/[^/]+))?$/.exec(path ?? "") ?? [];
    const pull = this.pulls.get(Number(of));
    const [, label] = /^labels\/(.+)$/.exec(what) ?? [];
    if (method === "GET" && pull !== undefined && path === `pulls/${pull.number}`) {
      const labels = pull.labels.map((name) => ({ name }));
      send(response, 200, { number: pull.number, head: { sha: pull.head }, user: { login: pull.author }, labels });
    } else if (method === "GET" && pull !== undefined && what === "files") this.#page(response, url, pull.files);
    else if (method === "GET" && pull !== undefined && what === "timeline") this.#page(response, url, pull.timeline);
    else if (method === "GET" && commit !== undefined) this.#page(response, url, this.pullsOf[commit] ?? []);
    else if (method === "GET" && range !== undefined) {
      const [base = "", head = ""] = decodeURIComponent(range).split("...");
      const [commits, back] = [this.comparisons[`${base}...${head}`], this.comparisons[`${head}...${base}`]];
      if (commits !== undefined) send(response, 200, { status: "ahead", commits: commits.map((sha) => ({ sha })) });
      else if (back !== undefined) send(response, 200, { status: "behind", commits: [] });
      else send(response, 404, { message: "Not Found" });
    } else if (method === "GET" && login !== undefined)
      send(response, 200, { permission: this.permissions[decodeURIComponent(login)] ?? "read", user: { login } });
    else if (method === "DELETE" && pull !== undefined && label !== undefined) {
      const name = decodeURIComponent(label);
      if (!pull.labels.includes(name)) send(response, 404, { message: "Label does not exist" });
      else {
        pull.unlabel(name, this.login);
        send(response, 200, []);
      }
    } else return false;
    return true;
  }

  /** Issues of the repository. @returns whether the request was about them */
  #answerIssues(method: string, url: URL, body: string, response: ServerResponse, fault: Fault | undefined): boolean {
    const path = new RegExp(`^/repos/${this.repository}/issues(?:/(\\d+)(/comments)?)?$`).exec(url.pathname);
    const issue = this.issues.find(({ number }) => `${number}` === path?.[1]);
    if (path === null || (path[1] !== undefined && issue === undefined)) return false;
    const given = (body === "" ? {} : JSON.parse(body)) as Partial<StandInIssue>;
    const done = (status: number, of: StandInIssue) =>
      fault === undefined
        ? send(response, status, this.#shownIssue(of))
        : send(response, fault.status, { message: fault.message });
    if ((given.body ?? "").length > limit) send(response, 422, tooLong);
    else if (method === "GET" && issue === undefined) {
      const creator = url.searchParams.get("creator");
      const state = url.searchParams.get("state") ?? "open";
      // The newest first, as GitHub lists them.
      const listed = this.issues
        .filter((one) => (state === "all" || one.state === state) && (creator ?? one.user.login) === one.user.login)
        .toReversed();
      this.#page(
        response,
        url,
        listed.map((one) => this.#shownIssue(one)),
      );
    } else if (method === "POST" && issue === undefined)
      done(201, this.open(this.login, given.title ?? "", given.body ?? ""));
    else if (method === "POST" && issue !== undefined && path[2] !== undefined) {
      issue.comments.push(given.body ?? "");
      done(201, issue);
    } else if (method === "PATCH" && issue !== undefined && path[2] === undefined) {
      const { title = issue.title, body: text = issue.body, state = issue.state } = given;
      Object.assign(issue, { title, body: text, state });
      done(200, issue);
    } else return false;
    return true;
  }

  #shownIssue({ number, title, body, state, user, pullRequest }: StandInIssue) {
    const html_url = `https://github.example/${this.repository}/issues/${number}`;
    return { number, title, body, state, user, html_url, ...(pullRequest === true ? { pull_request: {} } : {}) };
  }

  #takeFault(method: string): Fault | undefined {
    const index = this.faults.findIndex((fault) => fault.method === undefined || fault.method === method);
    return index < 0 ? undefined : this.faults.splice(index, 1)[0];
  }

  #shown({ id, body, user }: StandInComment, { number }: StandInPullRequest) {
    const html_url = `https://github.example/${this.repository}/pull/${number}#issuecomment-${id}`;
    return { id, body, user, html_url };
  }

  /** Whether the token of a run may do this. */
  #may(token: string, method: string, pathname: string): boolean {
    const path = pathname.slice(`/repos/${this.repository}/`.length);
    const [, comment] = /^issues\/comments\/(\d+)$/.exec(path) ?? [];
    const [, issue] = /^issues\/(\d+)\//.exec(path) ?? [];
    const ofPullRequest = this.pulls.has(Number(issue)) || comment !== undefined;
    return this.tokens.allows(token, method, path, ofPullRequest);
  }

  /** Answers requests of runners and actions outside of the REST API. */
  async #serve(
    method: string,
    service: string,
    url: URL,
    sent: Buffer,
    authorization: string | undefined,
    response: ServerResponse,
  ): Promise<void> {
    if (authorization !== `Bearer ${this.runtimeToken}`) return send(response, 401, { message: "Bad credentials" });
    const query = Object.fromEntries(url.searchParams);
    const [, run = "", name] = /^artifacts\/([^/]+)(?:\/(.+))?$/.exec(service) ?? [];
    if (method === "GET" && service === "idToken")
      return send(response, 200, { value: await this.idToken(query.subject ?? "", query.audience ?? "") });
    if (service === "jobs") {
      const job = JSON.parse(sent.toString("utf8")) as WaitingJob;
      if (method === "DELETE") {
        this.jobs.ended(job);
        return send(response, 200, {});
      }
      return this.jobs.admitted(job).then(
        () => send(response, 200, {}),
        (error: Error) => send(response, error instanceof Refused ? 409 : 500, { message: error.message }),
      );
    }
    if (method === "GET" && run !== "" && name === undefined)
      return send(response, 200, { names: this.artifacts.names(run) });
    if (method === "PUT" && name !== undefined) {
      const given = JSON.parse(sent.toString("utf8")) as Record<string, string>;
      const artifact: Artifact = Object.fromEntries(
        Object.entries(given).map(([path, content]) => [path, Buffer.from(content, "base64")]),
      );
      return this.artifacts.upload(run, name, artifact, query.overwrite === "true")
        ? send(response, 201, {})
        : send(response, 409, {
            message: "Conflict: an artifact with this name already exists on the workflow run",
          });
    }
    const artifact = name === undefined ? undefined : this.artifacts.download(run, name);
    if (method === "GET" && artifact !== undefined) {
      const files = Object.entries(artifact).map(([path, content]) => [path, content.toString("base64")]);
      return send(response, 200, Object.fromEntries(files) as Record<string, string>);
    }
    return send(response, 404, { message: "Not Found" });
  }

  /** Sends a page like GitHub: at most 100 items, 30 by default. A header has the link to the next page. */
  #page(response: ServerResponse, url: URL, items: readonly unknown[]): void {
    const size = Math.min(100, Number(url.searchParams.get("per_page") ?? 30));
    const page = Number(url.searchParams.get("page") ?? 1);
    const last = Math.max(1, Math.ceil(items.length / size));
    const link = (to: number, rel: string) => {
      const target = new URL(url);
      target.searchParams.set("page", `${to}`);
      return `<${target.href}>; rel="${rel}"`;
    };
    const links = [
      ...(page > 1 ? [link(page - 1, "prev")] : []),
      ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ];
    send(
      response,
      200,
      items.slice((page - 1) * size, page * size),
      links.length > 0 ? { Link: links.join(", ") } : {},
    );
  }
}

const tooLong = {
  message: "Validation Failed",
  errors: [
    {
      resource: "IssueComment",
      code: "unprocessable",
      field: "data",
      message: "Body is too long (maximum is 65536 characters)",
    },
  ],
};

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
