/**
 * Commits, trees and branches of the stand-in for GitHub, and pull requests from branches.
 * https://docs.github.com/rest/git, https://docs.github.com/rest/pulls/pulls, https://docs.github.com/rest/repos/contents
 */
import { createHash } from "node:crypto";

type Files = Record<string, string>;

export interface BranchPull {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  head: string;
  base: string;
}

interface Answer {
  status: number;
  body: unknown;
}

const notFound: Answer = { status: 404, body: { message: "Not Found" } };
const invalid = (message: string): Answer => ({ status: 422, body: { message } });

export class StandInBranches {
  readonly trees = new Map<string, Files>();
  readonly commits = new Map<string, { tree: string; parents: string[]; message: string }>();
  readonly refs = new Map<string, string>();
  readonly pulls: BranchPull[] = [];
  /** The setting "Allow GitHub Actions to create and approve pull requests". */
  mayOpenPulls = true;

  /** Commits files to a branch, on top of what it has. Returns the commit. */
  commit(branch: string, files: Files, message = "change"): string {
    const parent = this.refs.get(branch);
    const before = parent === undefined ? {} : this.filesAt(parent);
    const tree = this.#store(this.trees, { ...before, ...files });
    const sha = this.#store(this.commits, { tree, parents: parent === undefined ? [] : [parent], message });
    this.refs.set(branch, sha);
    return sha;
  }

  filesAt(commit: string): Files {
    return this.trees.get(this.commits.get(commit)?.tree ?? "") ?? {};
  }

  /** The files of a branch. */
  filesOf = (branch: string): Files => this.filesAt(this.refs.get(branch) ?? "");

  /** Messages of a branch, newest first. */
  historyOf(branch: string): string[] {
    const messages: string[] = [];
    for (let at = this.refs.get(branch); at !== undefined; at = this.commits.get(at)?.parents[0])
      messages.push(this.commits.get(at)?.message ?? "");
    return messages;
  }

  /** @param path below the repository @returns `undefined` if the request is about something else */
  answer(method: string, path: string, query: URLSearchParams, text: string, repository: string): Answer | undefined {
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    if (method === "GET" && path === "") return { status: 200, body: { default_branch: "main" } };
    const [, what = "", rest = ""] = /^(git\/\w+|contents|pulls)(?:\/(.+))?$/.exec(path) ?? [];
    switch (`${method} ${what}`) {
      case "GET git/commits": {
        const found = this.commits.get(rest);
        return found === undefined ? notFound : { status: 200, body: { sha: rest, tree: { sha: found.tree } } };
      }
      case "POST git/trees": {
        const before = this.trees.get(String(body.base_tree));
        if (before === undefined) return notFound;
        const entries = body.tree as { path: string; content: string; mode: string; type: string }[];
        if (entries.some(({ mode, type }) => mode !== "100644" || type !== "blob")) return invalid("Invalid tree info");
        const files = Object.fromEntries(entries.map(({ path: file, content }) => [file, content]));
        return { status: 201, body: { sha: this.#store(this.trees, { ...before, ...files }) } };
      }
      case "POST git/commits": {
        const { tree, parents, message } = body as { tree: string; parents: string[]; message: string };
        if (!this.trees.has(tree) || !parents.every((one) => this.commits.has(one)))
          return invalid("Tree SHA does not exist");
        return { status: 201, body: { sha: this.#store(this.commits, { tree, parents, message }) } };
      }
      case "GET git/ref": {
        const sha = this.refs.get(rest.replace(/^heads\//, ""));
        return sha === undefined ? notFound : { status: 200, body: { object: { sha } } };
      }
      case "POST git/refs": {
        const branch = String(body.ref).replace(/^refs\/heads\//, "");
        if (this.refs.has(branch)) return invalid("Reference already exists");
        this.refs.set(branch, String(body.sha));
        return { status: 201, body: { ref: body.ref } };
      }
      case "PATCH git/refs": {
        const branch = rest.replace(/^heads\//, "");
        const before = this.refs.get(branch);
        if (before === undefined) return invalid("Reference does not exist");
        if (body.force !== true && this.commits.get(String(body.sha))?.parents.includes(before) !== true)
          return invalid("Update is not a fast forward");
        this.refs.set(branch, String(body.sha));
        return { status: 200, body: { ref: `refs/heads/${branch}` } };
      }
      case "GET contents": {
        const content = this.filesAt(query.get("ref") ?? "")[decodeURIComponent(rest)];
        if (content === undefined) return notFound;
        // In lines, as GitHub encodes it.
        const encoded = Buffer.from(content).toString("base64").replaceAll(/.{60}/g, "$&\n");
        return { status: 200, body: { type: "file", encoding: "base64", content: encoded } };
      }
      default:
        return what === "pulls" ? this.#answerPulls(method, rest, query, body, repository) : undefined;
    }
  }

  #answerPulls(
    method: string,
    rest: string,
    query: URLSearchParams,
    body: Record<string, unknown>,
    repository: string,
  ): Answer | undefined {
    const owner = repository.split("/")[0] ?? "";
    const shown = (pull: BranchPull) => ({
      ...pull,
      html_url: `https://github.example/${repository}/pull/${pull.number}`,
      head: { sha: this.refs.get(pull.head), ref: pull.head },
    });
    const of = (head: string) => this.pulls.filter((pull) => pull.state === "open" && `${owner}:${pull.head}` === head);
    if (method === "GET" && rest === "")
      return { status: 200, body: of(query.get("head") ?? "").map((pull) => shown(pull)) };
    if (method === "POST" && rest === "") {
      const { title = "", body: text = "", head = "", base = "" } = body as Partial<Record<string, string>>;
      if (!this.mayOpenPulls)
        return {
          status: 403,
          body: { message: "GitHub Actions is not permitted to create or approve pull requests." },
        };
      const problem =
        of(`${owner}:${head}`).length > 0
          ? `A pull request already exists for ${owner}:${head}.`
          : this.refs.get(head) === this.refs.get(base)
            ? `No commits between ${base} and ${head}`
            : undefined;
      if (problem !== undefined)
        return {
          status: 422,
          body: {
            message: "Validation Failed",
            errors: [{ resource: "PullRequest", code: "custom", message: problem }],
          },
        };
      const pull: BranchPull = { number: 100 + this.pulls.length, title, body: text, state: "open", head, base };
      this.pulls.push(pull);
      return { status: 201, body: shown(pull) };
    }
    const pull = this.pulls.find(({ number }) => `${number}` === rest);
    if (method !== "PATCH" || pull === undefined) return undefined;
    Object.assign(pull, body);
    return { status: 200, body: shown(pull) };
  }

  #store<T>(into: Map<string, T>, value: T): string {
    const sha = createHash("sha1")
      .update(JSON.stringify([into.size, value]))
      .digest("hex");
    into.set(sha, value);
    return sha;
  }
}
