/**
 * How much of this process one client can take: sizes and times for `node:http`.
 */
import type { ServerOptions } from "node:http";

/** Longest request target answered, in characters; longer ones get 414. Browsers and proxies stay below it. */
export const maxUrlLength = 2048;

/** Request line and headers together, in bytes; more gets 431. Enough for the cookies and tokens a proxy adds. */
export const maxHeaderSize = 16 * 1024;

/** Bounds for one server. @param requestSeconds how long a client may take to send a whole request. */
export function serverOptions(requestSeconds: number): ServerOptions {
  return {
    maxHeaderSize,
    // Against clients that send a byte now and then to hold a connection (slow loris): headers, then the whole request.
    headersTimeout: Math.min(10, requestSeconds) * 1000,
    requestTimeout: requestSeconds * 1000,
    // How late the two may strike; Node's default of 30 s would make them 30 s longer than they say.
    connectionsCheckingInterval: Math.min(1, requestSeconds) * 1000,
    // Longer than the 60 s for which ingress controllers keep idle connections: the side that reuses one must be the
    // side that closes it, else a request meets a connection that is just going away.
    keepAliveTimeout: 65_000,
  };
}

/** Requests on one connection before it is closed, so that long-lived clients find new pods after a scale-out. */
export const maxRequestsPerSocket = 1000;

/** Milliseconds without any traffic after which a connection is dropped: clients that never read their answer. */
export const silentSocketTimeout = 120_000;
