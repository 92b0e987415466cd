/**
 * The HTTP server: turns a request into a reply and a log line. Endpoints are in endpoints.ts, signals in drain.ts.
 */
import { randomUUID } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Health } from "./health.ts";
import { maxRequestsPerSocket, maxUrlLength, serverOptions, silentSocketTimeout } from "./requestLimits.ts";
import type { Log } from "./log.ts";
import { type ParseError, refusalFor, refuse, urlTooLong } from "./malformedRequest.ts";
import { failure, type Reply, send } from "./reply.ts";
import { findHandler, type Routes } from "./endpoints.ts";

export interface ServerParts {
  routes: Routes;
  health: Health;
  log: Log;
  /** Seconds that a client may take to send a whole request. */
  requestSeconds: number;
}

/** A server that is ready to listen. A handler's failure becomes a 500 and a log line, and never stops the process. */
export function createServer({ routes, health, log, requestSeconds }: ServerParts): Server {
  /** The last response of each socket. While it is being sent, the client would take an error on the socket for its answer. */
  const responses = new WeakMap<Duplex, ServerResponse>();

  const server = createHttpServer(serverOptions(requestSeconds), (request, response) => {
    const begun = performance.now();
    const { socket } = request;
    const remote = remoteAddress(socket);
    const id = requestId(request);
    const path = pathOf(request.url ?? "");
    responses.set(socket, response);

    response.once("close", () => {
      if (routes.get(path)?.quiet === true) return;
      log.info("request", {
        method: request.method,
        path,
        status: response.statusCode,
        ms: Math.round((performance.now() - begun) * 100) / 100,
        remote,
        requestId: id,
        // The client disconnected before it had its answer.
        ...(response.writableFinished ? {} : { aborted: true }),
      });
    });

    void answer(request, path).then(
      (reply) => deliver(response, reply, id),
      (error: unknown) => {
        log.error("request failed", { method: request.method, path, requestId: id, error });
        deliver(response, failure(500, "internal_error", "The service failed to answer this request."), id);
      },
    );
  });

  const answer = async (request: IncomingMessage, path: string): Promise<Reply> => {
    if ((request.url ?? "").length > maxUrlLength) return urlTooLong();
    return findHandler(routes, request.method ?? "", path)(request);
  };

  /** Reads the health as late as possible: a request that arrived before the drain must still close its connection. */
  const deliver = (response: ServerResponse, reply: Reply, id: string): void => {
    send(response, reply, { "X-Request-Id": id, ...(health.isDraining ? { Connection: "close" } : {}) });
  };

  server.maxRequestsPerSocket = maxRequestsPerSocket;
  server.timeout = silentSocketTimeout;
  server.on("clientError", (error: ParseError, socket: Duplex) => {
    // Already refused, but still sending.
    if (!socket.writable) return;
    // After a reset no client reads an answer. A connection that stayed silent, as browsers and load balancers open
    // them, expects none.
    const silent = (socket as Socket).bytesRead === 0;
    const underWay = responses.get(socket)?.writableFinished === false;
    if (error.code === "ECONNRESET" || silent || underWay) return void socket.destroy();
    const reply = refusalFor(error);
    log.warn("request refused", { status: reply.status, code: error.code, remote: remoteAddress(socket) });
    refuse(socket, reply);
  });
  server.on("connect", (_request: IncomingMessage, socket: Duplex) => {
    refuse(socket, failure(405, "method_not_allowed", "This server is not a proxy.", { Allow: "GET, HEAD" }));
  });
  return server;
}

/**
 * The path without its query, which may contain values that must not be logged. Also handles `GET http://host/path`, the
 * form that proxies send.
 */
function pathOf(url: string): string {
  const target = url.startsWith("/") ? url : (URL.parse(url)?.pathname ?? url);
  return (/^[^?#]*/.exec(target)?.[0] ?? "").slice(0, maxUrlLength);
}

/** The caller's id if it is valid, so that a request can be traced through an ingress; otherwise a new id. */
function requestId(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w.:+/=-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Dual-stack sockets write IPv4 addresses as ::ffff:a.b.c.d. */
function remoteAddress(socket: Duplex): string | undefined {
  return (socket as Socket).remoteAddress?.replace(/^::ffff:/, "");
}
