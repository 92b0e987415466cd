/**
 * The part of GitHub's REST interface that the commands need: JSON, pages, and rate limits that are waited for.
 *
 * Octokit's own waiting rests on a queue that nobody keeps any more; for five requests this is less than what it brings.
 */

import { CouldNotRun } from "../couldNotRun.ts";

/** GitHub said no, or cannot be reached. */
export class GitHubError extends CouldNotRun {
  override readonly name = "GitHubError";
  /** 0: no answer. */
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

export interface ClientOptions {
  /** Default: that of github.com. */
  apiUrl?: string;
  token: string;
  /** Seconds that one request may wait for its turn, all together. */
  longestWait?: number;
  /** For tests: how to wait for some seconds. */
  wait?: (seconds: number) => Promise<void>;
  /** Told when something is waited for. */
  say?: (line: string) => void;
}

const attempts = 6;
/** A request without an answer. */
const timeoutSeconds = 30;

export class GitHubClient {
  readonly #api: string;
  readonly #options: Required<Omit<ClientOptions, "apiUrl">>;

  constructor({ apiUrl = "https://api.github.com", ...options }: ClientOptions) {
    this.#api = apiUrl.replace(/\/+$/, "");
    this.#options = {
      longestWait: 600,
      wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      say: () => undefined,
      ...options,
    };
  }

  /** @param path e.g. "/repos/OWNER/NAME/issues/1/labels" @throws GitHubError */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.#send(method, `${this.#api}${path}`, body)).json()) as T;
  }

  /** Every item of a list, whatever the number of its pages. @throws GitHubError */
  async *all<T>(path: string): AsyncGenerator<T> {
    let url: string | undefined = `${this.#api}${path}${path.includes("?") ? "&" : "?"}per_page=100`;
    while (url !== undefined) {
      const response = await this.#send("GET", url);
      yield* (await response.json()) as T[];
      const next = nextPage(response.headers.get("link"));
      // The token goes to nobody else, whatever a link says.
      if (next !== undefined && !next.startsWith(`${this.#api}/`))
        throw new GitHubError(0, `the next page of ${url} is said to be at ${next}, which is another server`);
      url = next;
    }
  }

  async #send(method: string, url: string, body?: unknown): Promise<Response> {
    let waited = 0;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#once(method, url, body);
      if ("response" in answer) return answer.response;
      const pause = answer.pause(attempt);
      if (pause === undefined || attempt === attempts || waited + pause > this.#options.longestWait) throw answer.error;
      this.#options.say(`${answer.error.message}; trying again in ${pause} s`);
      await this.#options.wait(pause);
      waited += pause;
    }
  }

  async #once(method: string, url: string, body: unknown): Promise<{ response: Response } | Refused> {
    const safe = method !== "POST";
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          Accept: "application/vnd.github+json",
          Authorization: `Bearer ${this.#options.token}`,
          "User-Agent": "tarmac",
          "X-GitHub-Api-Version": "2022-11-28",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // Where a token was sent to by mistake it must not go on from there.
        redirect: "error",
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
    } catch (cause) {
      const { message, cause: inner } = cause as Error & { cause?: { code?: string; message?: string } };
      const error = new GitHubError(
        0,
        `GitHub does not answer at ${url} (${inner?.code ?? inner?.message ?? message})`,
        cause,
      );
      return { error, pause: (attempt) => (safe ? 2 ** attempt : undefined) };
    }
    if (response.ok) return { response };
    const said = messageOf(await response.text());
    const error = new GitHubError(response.status, `GitHub answered ${response.status} to ${method} ${url}: ${said}`);
    return {
      error,
      pause: (attempt) =>
        secondsToWait(response, said, attempt) ?? (response.status >= 500 && safe ? 2 ** attempt : undefined),
    };
  }
}

interface Refused {
  error: GitHubError;
  /** Seconds until the request may be repeated; `undefined`: it must not be. What it has done is not known after a POST. */
  pause: (attempt: number) => number | undefined;
}

/** What GitHub's documentation asks of who runs into a rate limit; `undefined` when it is none. */
function secondsToWait({ status, headers }: Response, said: string, attempt: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = headers.get("retry-after");
  if (after !== null && /^\d+$/.test(after)) return Number(after);
  const reset = Number(headers.get("x-ratelimit-reset"));
  if (headers.get("x-ratelimit-remaining") === "0" && reset > 0) {
    // Clocks differ: not one second too early.
    return Math.max(1, Math.ceil(reset - Date.now() / 1000) + 1);
  }
  return status === 429 || /rate limit/i.test(said) ? 60 * 2 ** (attempt - 1) : undefined;
}

function messageOf(text: string): string {
  try {
    const { message, errors } = JSON.parse(text) as { message?: string; errors?: { message?: string }[] };
    const more = (errors ?? []).flatMap((error) => error.message ?? []);
    return [message ?? text, ...more].join("; ");
  } catch {
    return text.trim().slice(0, 200);
  }
}

/** The page that a `Link` header calls the next one. */
export function nextPage(link: string | null): string | undefined {
  for (const [, url, parameters = ""] of (link ?? "").matchAll(/<([^>]*)>([^,]*(?:,(?!\s*<)[^,]*)*)/g)) {
    if (/;\s*rel="?(?:[^"]*\s)?next(?:\s[^"]*)?"?(?:\s*;|\s*$)/i.test(parameters.trim())) return url;
  }
  return undefined;
}
