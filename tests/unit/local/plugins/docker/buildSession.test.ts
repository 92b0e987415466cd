import { connect } from "node:http2";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { connect as connectSocket } from "node:net";
import { buffer } from "node:stream/consumers";

import protobuf from "google-protobuf";

import { openBuildSession } from "../../../../../local/plugins/docker/buildSession.ts";
import type { CredentialsOf } from "../../../../../local/plugins/docker/buildSession.ts";
import type { Engine } from "../../../../../local/plugins/docker/engineClient.ts";

/** Two ends of a connection: the plugin's and the builder's. */
async function connection(): Promise<[Socket, Socket]> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const near = connectSocket((server.address() as AddressInfo).port, "127.0.0.1");
  const far = await accepted;
  server.close();
  return [near, far];
}

/** Calls a method as the builder does: gRPC over the connection that the plugin opened. */
async function builderCalls(credentialsOf: CredentialsOf, path: string, message: Uint8Array): Promise<Buffer> {
  const [near, far] = await connection();
  const hijack = jest.fn().mockResolvedValue(near);
  const session = await openBuildSession({ hijack } as unknown as Engine, credentialsOf, new AbortController().signal);
  const client = connect("http://plugin", { createConnection: () => far });
  try {
    const call = client.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    call.end(Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]));
    return (await buffer(call)).subarray(5);
  } finally {
    client.destroy();
    session.close();
  }
}

function field(number: number, text: string): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  writer.writeString(number, text);
  return writer.getResultBuffer();
}

it("answers the builder's request for credentials", async () => {
  const asked: string[] = [];
  const answer = await builderCalls(
    (host) => {
      asked.push(host);
      return Promise.resolve({ username: "me", password: "sesame" });
    },
    "/moby.filesync.v1.Auth/Credentials",
    field(1, "reg.azurecr.io"),
  );
  expect(asked).toEqual(["reg.azurecr.io"]);
  expect(answer).toEqual(Buffer.concat([field(1, "me"), field(2, "sesame")]));
});

it("answers with empty credentials if there are none", async () => {
  const answer = await builderCalls(
    () => Promise.resolve(undefined),
    "/moby.filesync.v1.Auth/Credentials",
    field(1, "x"),
  );
  expect(answer).toEqual(Buffer.concat([field(1, ""), field(2, "")]));
});

it("says that it is alive", async () => {
  const answer = await builderCalls(() => Promise.resolve(undefined), "/grpc.health.v1.Health/Check", new Uint8Array());
  expect(answer).toEqual(Buffer.from([8, 1]));
});
