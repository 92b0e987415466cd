/** A small HTTP server in place of Resource Manager. It returns the test's answers and records requests. */
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import { ResourceManager } from "../../../../../local/plugins/azure-native/managerClient.ts";
import type { Endpoints } from "../../../../../local/plugins/azure-native/cloudEndpoints.ts";
import type { Waiter } from "../../../../../local/plugins/azure-native/pollOperation.ts";

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface FakeManager {
  manager: ResourceManager;
  endpoint: string;
  /** `PUT /subscriptions/...?api-version=...`, in the order they came. */
  requests: string[];
  bodies: unknown[];
  authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** Returns the answers for each request line (`GET /a`) one after the other, and then repeats the last one. */
export async function fakeManager(answers: Record<string, Answer | Answer[]>): Promise<FakeManager> {
  const requests: string[] = [];
  const bodies: unknown[] = [];
  const authorizations: (string | undefined)[] = [];
  const lists = new Map(Object.entries(answers).map(([line, given]) => [line, [given].flat()]));

  const answerTo = (request: IncomingMessage): Answer => {
    const line = `${request.method} ${request.url?.replace(/\?.*$/, "")}`;
    const list = lists.get(line);
    const next = list !== undefined && list.length > 1 ? list.shift() : list?.[0];
    return next ?? { status: 404, body: { error: { code: "ResourceNotFound", message: `no ${line}` } } };
  };
  const server = createServer((request, response) => {
    void (async () => {
      requests.push(`${request.method} ${request.url}`);
      authorizations.push(request.headers.authorization);
      if (request.headers["content-type"] !== undefined) {
        bodies.push(await json(request));
      }
      const { status, body, headers = {} } = answerTo(request);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoints: Endpoints = { resourceManager: endpoint, login: endpoint, audience: "arm", graph: "graph" };
  return {
    manager: new ResourceManager(endpoints, (resource) => Promise.resolve(`token for ${resource}`), { firstDelay: 1 }),
    endpoint,
    requests,
    bodies,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A waiter that records the progress messages. */
export function waiter(signal: AbortSignal = new AbortController().signal): Waiter & { said: string[] } {
  const said: string[] = [];
  return { signal, said, status: (message) => said.push(message) };
}

/** Resolves when the manager has received this request. */
export async function asked(fake: FakeManager, line: string): Promise<void> {
  while (!fake.requests.some((request) => request.startsWith(line))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
