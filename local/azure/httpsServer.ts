/** The HTTPS server of the simulated Azure. It adds ids to every response and converts errors to ARM's shape. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Cloud } from "./cloud.ts";
import { authenticate } from "./authentication.ts";
import { serviceNamed } from "./azureHosts.ts";
import { entra } from "./entra.ts";
import { ArmError, authorizationFailed } from "./armErrors.ts";
import { graph } from "./graph.ts";
import { type Reply, type Request, send, toRequest } from "./httpMessages.ts";
import { listenOnLoopback } from "./listen.ts";
import { managedIdentityToken } from "./managedIdentityEndpoint.ts";
import { metadataEndpoints } from "./metadata.ts";
import { resourceManager } from "./resourceManager.ts";
import { runStorage, runStoragePath } from "./registry/runStorage.ts";
import { blobService } from "./storage/blobService.ts";
import { simulationApi } from "./simulationApi.ts";
import { vaultService } from "./vault/vaultService.ts";
import { clusterIdentity } from "./podTokens.ts";

/** Opens the server on 127.0.0.1. @throws when the port is taken. */
export async function openServer(
  cloud: () => Cloud,
  port: number,
  tls: { key: string; cert: string },
): Promise<Server> {
  const server = createServer(tls, (message, response) => void answer(cloud(), message, response, port));
  // With Node's 5 s, a client on a machine so busy that it stopped for as long sends on a connection that is being closed.
  server.keepAliveTimeout = 120_000;
  server.on("clientError", (_, socket) => socket.destroy());
  await listenOnLoopback(server, port, "The simulated Azure");
  return server;
}

async function answer(cloud: Cloud, message: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
  const correlation = message.headers["x-ms-correlation-request-id"];
  const headers = {
    "x-ms-request-id": randomUUID(),
    "x-ms-correlation-request-id": typeof correlation === "string" ? correlation : randomUUID(),
    "Cache-Control": "no-cache",
    ...(typeof message.headers["x-ms-client-request-id"] === "string"
      ? { "x-ms-client-request-id": message.headers["x-ms-client-request-id"] }
      : {}),
  };
  let reply: Reply;
  try {
    reply = await route(cloud, toRequest(message, port));
  } catch (error) {
    // The client closed the connection during its request.
    if (message.destroyed && !message.complete) return;
    reply = toReply(error, headers["x-ms-request-id"]);
  }
  send(response, { ...reply, headers: { ...headers, ...reply.headers } });
}

async function route(cloud: Cloud, request: Request): Promise<Reply> {
  if (!URL.canParse(request.origin))
    throw new ArmError(400, "BadRequest", `Host: "${request.headers.host}" is not the name of a host.`);
  const service = serviceNamed(new URL(request.origin).host);
  if (service?.kind === "blob") return blobService(cloud, request, service.name);
  if (service?.kind === "vault") return vaultService(cloud, request, service.name);
  if (request.path === "/metadata/endpoints") return metadataEndpoints(cloud, request);
  if (request.path === "/metadata/identity/oauth2/token") return managedIdentityToken(cloud, request);
  if (request.path.startsWith("/simulation")) {
    const caller = await authenticate(cloud, request);
    if (caller.objectId !== cloud.deployer.objectId) throw authorizationFailed(caller, "simulation", request.path);
    return simulationApi(cloud, request);
  }
  if (request.path.startsWith(runStoragePath)) return runStorage(cloud, request);
  if (request.path.startsWith("/graph/")) return graph(cloud, request);
  return (await clusterIdentity(cloud, request)) ?? (await entra(cloud, request)) ?? resourceManager(cloud, request);
}

function toReply(error: unknown, requestId: string): Reply {
  if (error instanceof ArmError) return { status: error.status, headers: error.headers, body: error.toBody() };
  process.stderr.write(
    `simulated Azure, request ${requestId}: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  const unexpected = new ArmError(
    500,
    "InternalServerError",
    `The simulated Azure failed unexpectedly; its log has request ${requestId}.`,
  );
  return { status: 500, body: unexpected.toBody() };
}
