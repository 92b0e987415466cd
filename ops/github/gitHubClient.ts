/** GitHub's REST API through Octokit, restricted to what a command may do with a user's token. */
import { randomUUID } from "node:crypto";
import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { CouldNotRun } from "../couldNotRun.ts";

/** GitHub refused a request, or cannot be reached. */
export class GitHubError extends CouldNotRun {
  override readonly name = "GitHubError";
  /** 0 if there was no answer. */
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export interface ClientOptions {
  /** Default: api.github.com. */
  apiUrl?: string;
  token: string;
  /** Maximum wait for a rate limit, in seconds. Default: 600. */
  longestWait?: number;
  /** For tests: length of a second in milliseconds. Default: 1000. */
  second?: number;
  /** Called when the client waits for a rate limit. */
  say?: (line: string) => void;
}

/** Maximum number of rate limit waits. */
const mostWaits = 5;
/** Timeout of a request. */
const timeoutSeconds = 30;
const headers = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };

const Client = Octokit.plugin(paginateRest, retry, throttling);

export class GitHubClient {
  readonly #octokit: InstanceType<typeof Client>;

  constructor({
    apiUrl = "https://api.github.com",
    token,
    longestWait = 600,
    second = 1000,
    say = () => undefined,
  }: ClientOptions) {
    const api = apiUrl.replace(/\/+$/, "");
    const waitFor = (pause: number, { method, url }: { method: string; url: string }, _: unknown, waits: number) => {
      if (waits >= mostWaits || pause > longestWait) return false;
      say(`GitHub's rate limit for ${method} ${url}: trying again in ${pause} s`);
      return true;
    };
    this.#octokit = new Client({
      auth: token,
      baseUrl: api,
      userAgent: "tarmac",
      request: { fetch: ask },
      // This code waits for rate limits as GitHub requests, not the plugin. The plugin retries up to three times, after
      // 1, 4 and 9 seconds.
      retry: { retryAfterBaseValue: second, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
      throttle: {
        // Each client has its own limits.
        id: randomUUID(),
        retryAfterBaseValue: second,
        onRateLimit: waitFor,
        onSecondaryRateLimit: waitFor,
      },
    });
    this.#octokit.hook.before("request", (options) => {
      // The token is sent only to this API, whatever a link to the next page says.
      if (/^\w+:/.test(options.url) && !options.url.startsWith(`${api}/`))
        throw new GitHubError(0, `the next page is said to be at ${options.url}, which is another server than ${api}`);
      // The effect of a POST without an answer is unknown: the caller must check.
      if (options.method === "POST") options.request = { ...options.request, retries: 0 };
    });
  }

  /** @param path e.g. "/repos/OWNER/NAME/issues/1/labels" @throws GitHubError */
  async request<T>(method: string, path: string, body?: object): Promise<T> {
    try {
      return (await this.#octokit.request(`${method} ${path}`, { ...body, headers })).data as T;
    } catch (error) {
      throw explained(error);
    }
  }

  /** Every item of a list, across all pages. @throws GitHubError */
  async *all<T>(path: string): AsyncGenerator<T> {
    try {
      for await (const { data } of this.#octokit.paginate.iterator(`GET ${path}`, { per_page: 100, headers }))
        yield* data as T[];
    } catch (error) {
      throw explained(error);
    }
  }
}

/** Follows no redirect: a token sent to a wrong address must not be forwarded. */
const ask = (url: string, init: RequestInit) =>
  fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(timeoutSeconds * 1000) });

/** Errors as Octokit throws them. */
interface Failure extends Error {
  status?: number;
  request?: { method: string; url: string };
  response?: { data?: unknown };
}

function explained(error: unknown): unknown {
  const { status = 0, request, response, message, cause } = error as Failure;
  if (error instanceof GitHubError || request === undefined) return error;
  if (response !== undefined) {
    const said = messageOf(response.data) ?? message;
    return new GitHubError(status, `GitHub answered ${status} to ${request.method} ${request.url}: ${said}`, error);
  }
  const reason = (cause as { cause?: { code?: string } } | undefined)?.cause?.code ?? message;
  return new GitHubError(0, `GitHub does not answer at ${request.url} (${reason})`, error);
}

/** GitHub's message, including those of the individual errors. */
function messageOf(data: unknown): string | undefined {
  if (typeof data === "string") return data.trim().slice(0, 200);
  const { message, errors } = (data ?? {}) as { message?: string; errors?: { message?: string }[] };
  if (message === undefined) return undefined;
  return [message, ...(errors ?? []).flatMap((one) => one.message ?? [])].join("; ");
}
