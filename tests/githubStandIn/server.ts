/**
 * A stand-in for GitHub's REST interface on this machine: one pull request with its files, labels and timeline, comments and
 * issues in pages, the size limit, who may edit what, and rate limits and failures that a test asks for. It speaks plain HTTP to
 * whoever has the token.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Deployments } from "./deployments.ts";

export interface StandInComment {
  id: number;
  body: string;
  user: { login: string; type: string };
}

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

/** A label set or taken off, as the timeline of a pull request tells it. */
export interface LabelEvent {
  event: "labeled" | "unlabeled";
  label: { name: string };
  actor: { login: string; type: string };
  created_at: string;
}

export interface StandInFile {
  filename: string;
  previous_filename?: string;
}

export interface MergedPullRequest {
  number: number;
  head: { sha: string };
  merged_at: string | null;
  user: { login: string };
}

/** An answer that comes instead of the real one, once. */
export interface Fault {
  /** The request it is for, e.g. "POST". Default: any. */
  method?: string;
  status: number;
  headers?: Record<string, string>;
  message: string;
  /** Does what was asked for all the same: the answer alone is lost. */
  done?: boolean;
  /** Before it answers; for what happens meanwhile. */
  meanwhile?: () => void;
}

export interface Seen {
  method: string;
  path: string;
}

const limit = 65_536;

export class GitHubStandIn {
  readonly token = "ghs_standInStandInStandInStandInStandIn0";
  /** Whose token it is. */
  login = "github-actions[bot]";
  repository = "team/hello";
  comments: StandInComment[] = [];
  labels: string[] = [];
  readonly timeline: LabelEvent[] = [];
  /** Newest commit of the pull request, its author, and what it changes. */
  head = "0123456789abcdef";
  author = "ada";
  files: StandInFile[] = [];
  /** What accounts may do with the repository: "admin", "write", "read". Others may read. */
  permissions: Record<string, string> = { ada: "write", grace: "write" };
  /** As the token of a run for a fork. */
  readOnly = false;
  /** Pull requests by a commit that they brought to main. */
  pullsOf: Record<string, MergedPullRequest[]> = {};
  /** Commits between two, newest last, by "BASE...HEAD". */
  comparisons: Record<string, string[]> = {};
  /** Beside pull request 7, whose comments and labels these are. */
  issues: StandInIssue[] = [];
  readonly deployments = new Deployments();
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

  /** Writes a comment as somebody. */
  say(login: string, body: string, type = login.endsWith("[bot]") ? "Bot" : "User"): StandInComment {
    const comment = { id: this.#nextId++, body, user: { login, type } };
    this.comments.push(comment);
    return comment;
  }

  /** Sets a label as somebody. */
  label(name: string, by = "grace", at = new Date()): void {
    this.labels.push(name);
    this.#tell("labeled", name, by, at);
  }

  /** Takes a label off as somebody. */
  unlabel(name: string, by = "grace", at = new Date()): void {
    this.labels = this.labels.filter((one) => one !== name);
    this.#tell("unlabeled", name, by, at);
  }

  #tell(event: LabelEvent["event"], name: string, login: string, at: Date): void {
    const actor = { login, type: login.endsWith("[bot]") ? "Bot" : "User" };
    // Whole seconds, as GitHub has them.
    this.timeline.push({ event, label: { name }, actor, created_at: at.toISOString().replace(/\.\d+Z$/, "Z") });
  }

  /** Opens an issue as somebody. */
  open(login: string, title: string, body: string, pullRequest = false): StandInIssue {
    const user = { login, type: login.endsWith("[bot]") ? "Bot" : "User" };
    const issue: StandInIssue = { number: this.#nextIssue++, title, body, state: "open", user, comments: [] };
    if (pullRequest) issue.pullRequest = true;
    this.issues.push(issue);
    return issue;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", this.#url);
    const body = await text(request);
    this.seen.push({ method, path: url.pathname + url.search });
    const fault = this.#takeFault(method);
    fault?.meanwhile?.();
    if (fault !== undefined && fault.done !== true)
      return send(response, fault.status, { message: fault.message }, fault.headers);
    // GitHub takes both words: https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
    const [, token] = /^(?:bearer|token) (\S+)$/i.exec(headers.authorization ?? "") ?? [];
    if (token !== this.token) return send(response, 401, { message: "Bad credentials" });

    if (this.readOnly && method !== "GET")
      return send(response, 403, { message: "Resource not accessible by integration" });
    const path = url.pathname.slice(`/repos/${this.repository}/`.length);
    const deployment = this.deployments.answer(method, path, url.searchParams, body);
    if (deployment !== undefined) {
      if (method === "GET" && Array.isArray(deployment.body)) return this.#page(response, url, deployment.body);
      return send(response, deployment.status, deployment.body);
    }
    if (this.#answerPullRequest(method, url, response)) return;
    if (this.#answerIssues(method, url, body, response, fault)) return;
    const [, issue, comment] =
      new RegExp(`^/repos/${this.repository}/issues/(?:(\\d+)/comments|comments/(\\d+))$`).exec(url.pathname) ?? [];
    if (issue !== undefined && method === "GET")
      return this.#page(
        response,
        url,
        this.comments.map((one) => this.#shown(one)),
      );
    const wanted = body === "" ? "" : ((JSON.parse(body) as { body?: string }).body ?? "");
    if (wanted.length > limit) return send(response, 422, tooLong);
    if (issue !== undefined && url.pathname.endsWith("/comments") && method === "POST") {
      const made = this.say(this.login, wanted);
      return fault === undefined
        ? send(response, 201, this.#shown(made))
        : send(response, fault.status, { message: fault.message });
    }
    const known = this.comments.find(({ id }) => `${id}` === comment);
    if (known !== undefined && method === "PATCH") {
      if (known.user.login !== this.login) return send(response, 403, { message: "Must have admin rights" });
      known.body = wanted;
      return send(response, 200, this.#shown(known));
    }
    return send(response, 404, { message: "Not Found" });
  }

  /** Pull requests, labels and accounts. @returns whether the request was about them */
  #answerPullRequest(method: string, url: URL, response: ServerResponse): boolean {
    const [, path] = new RegExp(`^/repos/${this.repository}/(.+)$`).exec(url.pathname) ?? [];
    const [, commit] = /^commits\/(\w+)\/pulls$/.exec(path ?? "") ?? [];
    const [, range] = /^compare\/(.+)$/.exec(path ?? "") ?? [];
    const [, login] = /^collaborators\/([^/]+)\/permission$/.exec(path ?? "") ?? [];
    const [, label] = /^issues\/7\/labels\/([^/]+)$/.exec(path ?? "") ?? [];
    if (method === "GET" && path === "pulls/7") {
      const labels = this.labels.map((name) => ({ name }));
      send(response, 200, { number: 7, head: { sha: this.head }, user: { login: this.author }, labels });
    } else if (method === "GET" && path === "pulls/7/files") this.#page(response, url, this.files);
    else if (method === "GET" && path === "issues/7/timeline") this.#page(response, url, this.timeline);
    else if (method === "GET" && commit !== undefined) this.#page(response, url, this.pullsOf[commit] ?? []);
    else if (method === "GET" && range !== undefined) {
      const commits = this.comparisons[decodeURIComponent(range)];
      if (commits === undefined) send(response, 404, { message: "Not Found" });
      else send(response, 200, { status: "ahead", commits: commits.map((sha) => ({ sha })) });
    } else if (method === "GET" && login !== undefined)
      send(response, 200, { permission: this.permissions[decodeURIComponent(login)] ?? "read", user: { login } });
    else if (method === "DELETE" && label !== undefined) {
      const name = decodeURIComponent(label);
      if (!this.labels.includes(name)) send(response, 404, { message: "Label does not exist" });
      else {
        this.unlabel(name, this.login);
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

  #shown({ id, body, user }: StandInComment) {
    return { id, body, user, html_url: `https://github.example/${this.repository}/pull/7#issuecomment-${id}` };
  }

  /** At most 100 a page, 30 when nothing is said, as GitHub does; the way to the next stands in a header. */
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
