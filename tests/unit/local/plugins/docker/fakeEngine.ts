/** A small server in place of a Docker engine, on its own socket. It returns the test's answers and records requests. */
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import { contextFolder } from "./contextFolder.ts";

export interface Asked {
  line: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface FakeEngine {
  host: string;
  asked: Asked[];
  /** How many clients disconnected before they had their response. */
  abandoned(): number;
  close(): Promise<void>;
}

/** The response to a request such as `POST /build`: messages, an error with its status and text, or no response at all. */
export type Reply = object[] | { status: number; message: string } | "never";

function reply(response: ServerResponse, answer: Reply): void {
  if (answer === "never") {
    response.writeHead(200).write("\n");
  } else if (Array.isArray(answer)) {
    response.writeHead(200);
    response.end(answer.map((message) => `${JSON.stringify(message)}\r\n`).join(""));
  } else {
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify({ message: answer.message }));
  }
}

/** @param sessions whether it has BuildKit, which starts with `POST /session` */
export async function fakeEngine(replies: Record<string, Reply>, sessions = true): Promise<FakeEngine> {
  const path = join(contextFolder({}), "docker.sock");
  const asked: Asked[] = [];
  let abandoned = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? "/", "http://docker");
      const line = `${request.method} ${url.pathname}`;
      response.on("close", () => (abandoned += response.writableFinished ? 0 : 1));
      asked.push({ line, query: url.searchParams, headers: request.headers, body: await buffer(request) });
      reply(response, replies[line] ?? { status: 404, message: `no ${line}` });
    })();
  });
  const sockets = new Set<{ destroy(): void }>();
  if (sessions) {
    server.on("upgrade", (request, socket) => {
      sockets.add(socket);
      asked.push({
        line: `UPGRADE ${request.url}`,
        query: new URLSearchParams(),
        headers: request.headers,
        body: Buffer.alloc(0),
      });
      socket.on("error", () => undefined);
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    });
  }
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    host: `unix://${path}`,
    asked,
    abandoned: () => abandoned,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
