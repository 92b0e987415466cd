/** Limits on what one client can take of this process: sizes and timeouts for `node:http`. */
import type { ServerOptions } from "node:http";

/** Longest request target in characters; longer ones get 414. Browsers and proxies stay below this length. */
export const maxUrlLength = 2048;

/** Bytes of request line and headers together; more gets 431. Leaves room for cookies and tokens that a proxy adds. */
export const maxHeaderSize = 16 * 1024;

/** Limits of one server. @param requestSeconds seconds that a client may take to send a whole request */
export function serverOptions(requestSeconds: number): ServerOptions {
  return {
    maxHeaderSize,
    // Against slow loris clients, which hold a connection by sending single bytes: for the headers, then the whole request.
    headersTimeout: Math.min(10, requestSeconds) * 1000,
    requestTimeout: requestSeconds * 1000,
    // How often Node checks both timeouts. Its default of 30 s would let them overrun by 30 s.
    connectionsCheckingInterval: Math.min(1, requestSeconds) * 1000,
    // Longer than the 60 s for which ingress controllers keep idle connections. The side that reuses a connection must
    // also be the one that closes it; otherwise a request can arrive on a connection that the server is closing.
    keepAliveTimeout: 65_000,
  };
}

/** Requests on one connection before the server closes it, so that long-lived clients reach new pods after a scale-out. */
export const maxRequestsPerSocket = 1000;

/** Milliseconds without traffic before the server drops a connection: against clients that never read their answer. */
export const silentSocketTimeout = 120_000;
