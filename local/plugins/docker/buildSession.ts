/**
 * A BuildKit session: a connection through which the builder calls its client. It asks for the credentials of registries that it pulls
 * base images from, and checks that the client is alive.
 */
import { randomUUID } from "node:crypto";

import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import protobuf from "google-protobuf";

import type { Engine } from "./engineClient.ts";

export interface Credentials {
  username: string;
  password: string;
}

/** The credentials for a registry host; `undefined` for anonymous access. */
export type CredentialsOf = (host: string) => Promise<Credentials | undefined>;

export interface BuildSession {
  id: string;
  close(): void;
}

const methods = {
  credentials: "/moby.filesync.v1.Auth/Credentials",
  health: "/grpc.health.v1.Health/Check",
};

/** CredentialsRequest { string Host = 1 } */
function readHost(bytes: Buffer): string {
  const reader = new protobuf.BinaryReader(bytes);
  let host = "";
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) {
      host = reader.readString();
    } else {
      reader.skipField();
    }
  }
  return host;
}

/** CredentialsResponse { string Username = 1; string Secret = 2 } */
function writeCredentials({ username, password }: Credentials): Buffer {
  const writer = new protobuf.BinaryWriter();
  writer.writeString(1, username);
  writer.writeString(2, password);
  return Buffer.from(writer.getResultBuffer());
}

/** HealthCheckResponse { ServingStatus status = 1 }, where 1 is SERVING. */
const serving = Buffer.from([0x08, 0x01]);

function unary<Request, Response>(
  path: string,
  read: (bytes: Buffer) => Request,
  write: (response: Response) => Buffer,
) {
  return {
    path,
    requestStream: false as const,
    responseStream: false as const,
    requestDeserialize: read,
    responseSerialize: write,
    requestSerialize: () => Buffer.alloc(0),
    responseDeserialize: () => undefined as Response,
  };
}

function sessionServer(credentialsOf: CredentialsOf): Server {
  const server = new Server();
  server.addService(
    { credentials: unary(methods.credentials, readHost, writeCredentials) },
    {
      credentials: (call: ServerUnaryCall<string, Credentials>, callback: sendUnaryData<Credentials>) => {
        credentialsOf(call.request).then(
          (found) => callback(null, found ?? { username: "", password: "" }),
          (error: Error) => callback({ code: status.UNKNOWN, details: error.message }),
        );
      },
    },
  );
  server.addService(
    {
      check: unary(
        methods.health,
        // The request is not used, but grpc-js treats a call without a request as broken.
        (request: Buffer) => request,
        (response: Buffer) => response,
      ),
    },
    { check: (_call: unknown, callback: sendUnaryData<Buffer>) => callback(null, serving) },
  );
  return server;
}

/** Opens a session with the engine. @throws EngineError when the engine has no BuildKit */
export async function openBuildSession(
  engine: Engine,
  credentialsOf: CredentialsOf,
  signal: AbortSignal,
): Promise<BuildSession> {
  const id = randomUUID();
  const socket = await engine.hijack({
    method: "POST",
    path: "/session",
    signal,
    headers: {
      Connection: "Upgrade",
      Upgrade: "h2c",
      "X-Docker-Expose-Session-Uuid": id,
      "X-Docker-Expose-Session-Name": "pulumi",
      "X-Docker-Expose-Session-Sharedkey": "",
      "X-Docker-Expose-Session-Grpc-Method": Object.values(methods),
    },
  });
  const server = sessionServer(credentialsOf);
  // Ctrl-C breaks the connection. The build request reports that.
  socket.on("error", () => undefined);
  server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(socket);
  return {
    id,
    close: () => {
      server.forceShutdown();
      socket.destroy();
    },
  };
}
