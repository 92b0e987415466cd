/** The load generator with servers that lose requests in every way. If it misses a loss, every rollout test misses it too. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startLoad, total, type LoadPlan, type PhaseReport } from "../../../bench/load/httpLoad.ts";

let server: Server;
let connections = 0;

async function serve(listener: RequestListener): Promise<string> {
  connections = 0;
  server = createServer(listener);
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const oneClient = { keepAlive: 1, fresh: 0, pause: 1 };

/** A load that stops after `atMost` requests. */
async function load(url: string, atMost: number, plan: Partial<LoadPlan> = oneClient): Promise<PhaseReport> {
  const running = startLoad({ url, ...plan, atMost });
  await running.done;
  const [report] = await running.stop();
  if (report === undefined) throw new Error("no phase");
  return report;
}

it("counts answers and measures their latency", async () => {
  const report = await load(await serve((_, response) => response.end("hello")), 20);
  expect(report).toMatchObject({ phase: "load", requests: 20, failed: 0, failures: {} });
  expect(report.p50).toBeLessThanOrEqual(report.p99);
  expect(report.p99).toBeLessThanOrEqual(report.max);
  expect(report.p50).toBeGreaterThan(0);
});

it("keeps one connection for a keep-alive client and opens one per request for the others", async () => {
  const url = await serve((_, response) => response.end());
  await load(url, 10);
  expect(connections).toBe(1);
  connections = 0;
  await load(url, 10, { keepAlive: 0, fresh: 1, pause: 1 });
  expect(connections).toBe(10);
});

it("opens a new connection after 'Connection: close', and loses nothing", async () => {
  const url = await serve((_, response) => response.setHeader("Connection", "close").end());
  expect((await load(url, 10)).failed).toBe(0);
  expect(connections).toBe(10);
});

it.each<[string, RequestListener, string]>([
  ["a 503", (_, response) => response.writeHead(503).end(), "HTTP 503"],
  ["a redirection", (_, response) => response.writeHead(302, { location: "/" }).end(), "HTTP 302"],
  ["a connection cut before the answer", (request) => request.socket.destroy(), "ECONNRESET"],
  [
    "a connection cut in the answer",
    (request, response) => {
      response.writeHead(200, { "content-length": 10 }).write("half");
      setTimeout(() => request.socket.destroy(), 20);
    },
    "ECONNRESET",
  ],
  ["no answer", () => undefined, "no answer within 100 ms"],
  ["half an answer", (_, response) => void response.writeHead(200).write("half"), "no answer within 100 ms"],
])("counts %s as lost, and does not retry", async (_, listener, reason) => {
  let asked = 0;
  const url = await serve((request, response) => {
    asked++;
    listener(request, response);
  });
  const report = await load(url, 3, { ...oneClient, timeout: reason.startsWith("no answer") ? 100 : 10_000 });
  expect(report).toMatchObject({ requests: 3, failed: 3, failures: { [reason]: 3 } });
  expect(asked).toBe(3);
});

it("counts requests to a stopped server as lost", async () => {
  const url = await serve((_, response) => response.end());
  await new Promise((resolve) => server.close(resolve));
  expect((await load(url, 3)).failures).toEqual({ ECONNREFUSED: 3 });
});

it("separates phases", async () => {
  const url = await serve((_, response) => response.end());
  const running = startLoad({ url, ...oneClient }, "first");
  await new Promise((resolve) => setTimeout(resolve, 100));
  server.removeAllListeners("request").on("request", (_: unknown, response: { destroy(): void }) => response.destroy());
  running.phase("second");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const reports = await running.stop();
  expect(reports.map(({ phase }) => phase)).toEqual(["first", "second"]);
  expect(reports[0]?.failed).toBe(0);
  expect(reports[1]?.failed).toBeGreaterThan(0);
  expect(total(reports)).toEqual({
    requests: reports.reduce((sum, { requests }) => sum + requests, 0),
    failed: reports[1]?.failed,
  });
});
