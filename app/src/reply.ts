/** An answer as plain data, and how it is sent. Handlers return replies and never touch the response. */
import type { ServerResponse } from "node:http";

export interface Reply {
  status: number;
  /** Value of `Content-Type`. */
  type: string;
  body: string;
  /** Additional headers; they override those that every reply gets. */
  headers?: Readonly<Record<string, string>>;
}

/** Policy for documents that load nothing and appear in no frame, such as JSON. */
const nothingAllowed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const everyReply = {
  // An answer describes one pod at one moment.
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

/** @param contentSecurityPolicy must allow exactly what the page uses; the policy of other replies allows nothing */
export function html(body: string, contentSecurityPolicy: string, headers?: Reply["headers"]): Reply {
  const policy = { "Content-Security-Policy": contentSecurityPolicy };
  return { status: 200, type: "text/html; charset=utf-8", body, headers: { ...policy, ...headers } };
}

/** An error reply: a stable name for programs and a sentence for people. */
export function failure(status: number, error: string, message: string, headers?: Reply["headers"]): Reply {
  return json(status, { error, message }, headers);
}

/** Sends a reply. For HEAD, Node omits the body and keeps the length, as HTTP requires. */
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
