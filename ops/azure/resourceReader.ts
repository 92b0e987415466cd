/**
 * Reads Azure Resource Manager. One small client for many services: each Microsoft package covers one service, and each
 * check needs a single request.
 */
import type { Azure } from "./signIn.ts";

const timeoutMilliseconds = 20_000;
const mostPages = 50;

/** Azure answered with an error; the message is Azure's own. */
export class AzureRefused extends Error {
  override readonly name = "AzureRefused";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface ResourceReader {
  /** @param path from the root, e.g. `/subscriptions/ID`; @throws AzureRefused */
  get<T>(path: string, apiVersion: string, query?: Readonly<Record<string, string>>): Promise<T>;
  /** All pages of a list. @throws AzureRefused */
  list<T>(path: string, apiVersion: string, query?: Readonly<Record<string, string>>): Promise<T[]>;
  /** A query that Azure expects as a POST, such as `checkNameAvailability`. @throws AzureRefused */
  ask<T>(path: string, apiVersion: string, body: object): Promise<T>;
}

/** A reader that signs in once. */
export function resourceReader({ credential, endpoint, scopes }: Azure): ResourceReader {
  let signedIn: Promise<string> | undefined;
  const token = () => (signedIn ??= credential.getToken(scopes).then((found) => found?.token ?? ""));

  async function send(url: string, body?: object): Promise<unknown> {
    const answer = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: { Authorization: `Bearer ${await token()}`, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    const text = await answer.text();
    if (!answer.ok) throw refusal(answer.status, text);
    return text === "" ? undefined : JSON.parse(text);
  }
  const address = (path: string, apiVersion: string, query: Readonly<Record<string, string>> = {}) =>
    `${endpoint}${path}?${new URLSearchParams({ "api-version": apiVersion, ...query }).toString()}`;

  return {
    get: async <T>(path: string, apiVersion: string, query = {}) => (await send(address(path, apiVersion, query))) as T,
    ask: async <T>(path: string, apiVersion: string, body: object) =>
      (await send(address(path, apiVersion), body)) as T,
    async list<T>(path: string, apiVersion: string, query = {}) {
      const found: T[] = [];
      let next: string | undefined = address(path, apiVersion, query);
      for (let page = 0; next !== undefined && page < mostPages; page++) {
        const { value, nextLink } = (await send(next)) as { value: T[]; nextLink?: string };
        found.push(...value);
        next = nextLink;
      }
      return found;
    },
  };
}

function refusal(status: number, text: string): AzureRefused {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    return new AzureRefused(status, error?.code ?? `HTTP ${status}`, error?.message ?? text);
  } catch {
    return new AzureRefused(status, `HTTP ${status}`, text.slice(0, 200));
  }
}
