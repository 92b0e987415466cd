/**
 * An answer as plain data, and how it goes onto the wire. Handlers return replies; they never touch the response.
 */
import type { ServerResponse } from "node:http";

export interface Reply {
  status: number;
  /** Value of `Content-Type`. */
  type: string;
  body: string;
  /** Further headers; they win over the ones every reply gets. */
  headers?: Readonly<Record<string, string>>;
}

/** For documents that load nothing and are shown in no frame: JSON, above all. */
const nothingAllowed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const everyReply = {
  // The answers tell the state of one pod at one moment.
  "Cache-Control": "no-store",
  "Content-Security-Policy": nothingAllowed,
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
} as const;

export function json(status: number, value: unknown, headers?: Reply["headers"]): Reply {
  return { status, type: "application/json; charset=utf-8", body: `${JSON.stringify(value)}\n`, headers };
}

/** @param contentSecurityPolicy must allow exactly what the page uses; without it a page can load and run nothing. */
export function html(body: string, contentSecurityPolicy: string, headers?: Reply["headers"]): Reply {
  const policy = { "Content-Security-Policy": contentSecurityPolicy };
  return { status: 200, type: "text/html; charset=utf-8", body, headers: { ...policy, ...headers } };
}

/** An error for programs: a name that stays the same, and a sentence for people. */
export function failure(status: number, error: string, message: string, headers?: Reply["headers"]): Reply {
  return json(status, { error, message }, headers);
}

/** Sends a reply. For HEAD, Node leaves the body out and keeps the length, as HTTP asks. */
export function send(response: ServerResponse, reply: Reply, extra: Readonly<Record<string, string>>): void {
  response.writeHead(reply.status, {
    ...everyReply,
    "Content-Type": reply.type,
    "Content-Length": Buffer.byteLength(reply.body),
    ...reply.headers,
    ...extra,
  });
  response.end(reply.body);
}
