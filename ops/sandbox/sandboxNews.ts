/**
 * What a job that works on sandboxes passes to the job that may write to the pull request. The first job runs the code
 * of a pull request, so its output is untrusted: it is validated, truncated, and shown as text.
 */
import { sandboxStack, prefix } from "./sandboxName.ts";
import type { NodeUse } from "./nodeUse.ts";

export const newsStates = ["creating", "up", "failed", "asleep", "gone", "left"] as const;
export type NewsState = (typeof newsStates)[number];

export interface SandboxNews {
  /** e.g. "sandbox-pr-7". */
  stack: string;
  state: NewsState;
  /** Time of the event; ISO 8601. */
  at: string;
  owner?: string;
  /** ISO 8601. */
  expires?: string;
  /** Address of the service, if it is reachable from outside. */
  url?: string;
  /** How to reach it. */
  reach?: string;
  /** Absent: unknown. Empty: no nodes of its own. */
  nodes?: NodeUse[];
  /** Why it failed, or what is left; several lines. */
  reason?: string;
}

const longest = { line: 300, reason: 20_000, entries: 200, pools: 20 };

/** Characters of all reasons in one line. Linux starts no program with an argument or a variable of over 128 KiB. */
const mostReasons = 40_000;

/** For a step output, which is a single line. The next job gets it as an argument. */
export function newsLine(news: readonly SandboxNews[]): string {
  const each = Math.min(longest.reason, Math.floor(mostReasons / Math.max(news.length, 1)));
  return JSON.stringify(news.map((one) => ({ ...one, ...(one.reason && { reason: one.reason.slice(0, each) }) })));
}

/** The parts of a text that are valid news. Invalid text gives an empty list: this job does not judge the other. */
export function readNews(text: string): SandboxNews[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return [];
  }
  return newsIn(data);
}

/** The parts of a value that are valid news. */
export const newsIn = (data: unknown): SandboxNews[] =>
  Array.isArray(data) ? data.slice(0, longest.entries).flatMap((one) => newsOf(one) ?? []) : [];

function newsOf(data: unknown): SandboxNews | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { stack, state, at, owner, expires, url, reach, nodes, reason } = data as Record<string, unknown>;
  if (typeof stack !== "string" || !/^sandbox-[a-z0-9-]{1,60}$/.test(stack)) return undefined;
  if (!newsStates.includes(state as NewsState) || !isTime(at)) return undefined;
  const own = {
    owner: line(owner),
    expires: isTime(expires) ? expires : undefined,
    url: isAddress(url) ? url : undefined,
    reach: line(reach),
    nodes: Array.isArray(nodes) ? nodes.slice(0, longest.pools).flatMap((pool) => poolOf(pool) ?? []) : undefined,
    reason: typeof reason === "string" ? reason.slice(0, longest.reason) : undefined,
  };
  const known = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { stack, state: state as NewsState, at, ...known };
}

const line = (value: unknown) => (typeof value === "string" ? value.slice(0, longest.line) : undefined);

const isTime = (value: unknown): value is string =>
  typeof value === "string" &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));

/** A plain address without a user, a query, or anything that Markdown could read as markup. */
const isAddress = (value: unknown): value is string =>
  typeof value === "string" &&
  value.length <= longest.line &&
  /^https?:\/\/[\w.-]+(?::\d{1,5})?(?:\/[\w./-]*)?$/.test(value);

function poolOf(data: unknown): NodeUse | undefined {
  const { pool, size, least, most } = (data ?? {}) as Record<string, unknown>;
  const counts = [least, most].every((count) => Number.isInteger(count) && (count as number) >= 0);
  if (typeof pool !== "string" || typeof size !== "string" || !counts) return undefined;
  return { pool: pool.slice(0, 20), size: size.slice(0, 60), least: least as number, most: most as number };
}

/** The pull request of a sandbox; `undefined` if the sandbox belongs to none. */
export function pullRequestOf(stack: string): number | undefined {
  const [, number] = new RegExp(`^${prefix}pr-([1-9]\\d{0,8})$`).exec(stack) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** The news for a sandbox whose job ended without reporting any. */
export const silentFailure = (name: string, now: Date): SandboxNews => ({
  stack: sandboxStack(name),
  state: "failed",
  at: now.toISOString(),
  reason: "The job ended before the command could report anything: its log has the reason.",
});
