/**
 * A registry's login server: it terminates TLS, answers sign-in requests, and forwards the rest to the backend. Layers of any size are streamed and
 * never held in memory.
 */
import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { pipeline } from "node:stream";
import type { Cloud } from "../cloud.ts";
import { send, toRequest, type Reply, type Request } from "../httpMessages.ts";
import { listenOnLoopback } from "../listen.ts";
import type { Backend } from "./backend.ts";
import { catalog } from "./catalog.ts";
import { manifestDeletion } from "./manifestDeletion.ts";
import { pushesManifest, referrersApi, subjectHeader } from "./referrersApi.ts";
import type { RegistryView } from "./repositoryPermissions.ts";
import { exchange, failure, token } from "./tokenService.ts";

/** Headers that concern one connection only and are not forwarded. */
const connectionHeaders = ["connection", "expect", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"];

/**
 * Every request gets a new connection: the backend may close an idle one just as an upload begins, and an upload cannot be repeated. The requests
 * still ask for keep-alive: without it the backend closes the connection as soon as it refuses a request, and the client loses the answer.
 */
const agent = new Agent({ keepAlive: true, maxFreeSockets: 0 });

export interface FrontDoorOptions {
  cloud: Cloud;
  port: number;
  tls: { key: string; cert: string };
  /** The registry's current settings; undefined while it is being deleted. */
  registry: () => RegistryView | undefined;
  /** Undefined until it is running. */
  backend: () => Backend | undefined;
}

/** Opens the login server on 127.0.0.1. @throws when the port is taken. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<Server> {
  const server = createServer(options.tls, (message, response) => {
    void answer(options, message, response).catch((error: unknown) => {
      process.stderr.write(
        `registry on port ${options.port}: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
      if (response.headersSent) response.destroy();
      else send(response, failure(500, "UNKNOWN", "internal error"));
    });
  });
  // A layer may take longer than Node's limit of five minutes for a request.
  server.requestTimeout = 0;
  server.on("clientError", (_, socket) => socket.destroy());
  await listenOnLoopback(server, options.port, "The login server of a simulated registry");
  return server;
}

async function answer(options: FrontDoorOptions, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const registry = options.registry();
  const backend = options.backend();
  if (registry === undefined || backend === undefined) return unavailable(response);
  const request = toRequest(message, options.port);
  const own =
    (await manifestDeletion(options.cloud, registry, backend, request)) ??
    (await referrersApi(options.cloud, registry, backend, request));
  if (own !== undefined) return send(response, own);
  if (/^\/v2(\/|$)/.test(request.path)) return pass(backend, message, response);
  send(
    response,
    (await ownAnswer(options.cloud, registry, backend, request)) ?? failure(404, "NOT_FOUND", "no such path"),
  );
}

async function ownAnswer(
  cloud: Cloud,
  registry: RegistryView,
  backend: Backend,
  request: Request,
): Promise<Reply | undefined> {
  switch (`${request.method} ${request.path}`) {
    case "POST /oauth2/exchange":
      return exchange(cloud, registry, request);
    case "GET /oauth2/token":
    case "POST /oauth2/token":
      return token(cloud, registry, request);
    default:
      return catalog(cloud, registry, backend, request);
  }
}

function pass(backend: Backend, message: IncomingMessage, response: ServerResponse): void {
  const headers = Object.fromEntries(
    Object.entries(message.headers).filter(([name]) => !connectionHeaders.includes(name)),
  );
  const upstream = httpRequest({
    socketPath: backend.socketPath,
    path: message.url,
    method: message.method,
    headers: { ...headers, "x-forwarded-proto": "https" },
    agent,
  });
  const manifest: Buffer[] = [];
  if (pushesManifest(message.method, message.url ?? "")) message.on("data", (chunk: Buffer) => manifest.push(chunk));
  upstream.on("response", (answered) => {
    const passed = Object.fromEntries(
      Object.entries(answered.headers).filter(([name]) => !connectionHeaders.includes(name)),
    );
    const subject = answered.statusCode === 201 ? subjectHeader(Buffer.concat(manifest)) : {};
    response.writeHead(answered.statusCode ?? 502, { ...passed, ...subject });
    pipeline(answered, response, () => undefined);
  });
  upstream.on("error", () => {
    if (response.headersSent) response.destroy();
    else unavailable(response);
  });
  // The client closed the connection: stop the backend's part as well.
  response.on("close", () => {
    if (!response.writableFinished) upstream.destroy();
  });
  pipeline(message, upstream, () => undefined);
}

function unavailable(response: ServerResponse): void {
  send(response, {
    ...failure(503, "UNAVAILABLE", "the registry is starting; try again in a moment"),
    headers: { "Retry-After": "1" },
  });
}
