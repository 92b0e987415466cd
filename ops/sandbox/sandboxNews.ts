/**
 * What a job that works on sandboxes hands to the job that may write to the pull request. The first one runs the code of a pull
 * request, so what it says is data of somebody's: checked for its shape, cut to size, and shown as text.
 */
import { sandboxStack, prefix } from "./sandboxName.ts";
import type { NodeUse } from "./nodeUse.ts";

export const newsStates = ["creating", "up", "failed", "asleep", "gone", "left"] as const;
export type NewsState = (typeof newsStates)[number];

export interface SandboxNews {
  /** e.g. "sandbox-pr-7". */
  stack: string;
  state: NewsState;
  /** When this was so; ISO 8601. */
  at: string;
  owner?: string;
  /** ISO 8601. */
  expires?: string;
  /** Address of the service, where it can be reached from outside. */
  url?: string;
  /** How to reach it. */
  reach?: string;
  /** Absent: not known. Empty: none of its own. */
  nodes?: NodeUse[];
  /** Why it failed, or what is left: lines. */
  reason?: string;
}

const longest = { line: 300, reason: 20_000, entries: 200, pools: 20 };

/** For a step's output, which is one line. */
export const newsLine = (news: readonly SandboxNews[]): string =>
  JSON.stringify(news.map((one) => ({ ...one, ...(one.reason && { reason: one.reason.slice(0, longest.reason) }) })));

/** What of a text has the shape of news. A text that has none of it gives none: it is not for this job to judge the other. */
export function readNews(text: string): SandboxNews[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(data) ? data.slice(0, longest.entries).flatMap((one) => newsOf(one) ?? []) : [];
}

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

/** A plain address without a user, a query, or anything that Markdown could take for markup. */
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

/** The pull request that a sandbox is of; `undefined` for a sandbox of something else. */
export function pullRequestOf(stack: string): number | undefined {
  const [, number] = new RegExp(`^${prefix}pr-([1-9]\\d{0,8})$`).exec(stack) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** What is to be said of a sandbox whose job ended without a word. */
export const silentFailure = (name: string, now: Date): SandboxNews => ({
  stack: sandboxStack(name),
  state: "failed",
  at: now.toISOString(),
  reason: "The job ended before the command could say anything: its log has the reason.",
});
