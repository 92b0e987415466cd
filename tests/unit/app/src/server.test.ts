/** The server with routes made for the test: cases that no endpoint of the real service shows. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Health } from "../../../../app/src/health.ts";
import { createLog } from "../../../../app/src/log.ts";
import { json } from "../../../../app/src/reply.ts";
import { createRoutes, type Route } from "../../../../app/src/endpoints.ts";
import { createServer } from "../../../../app/src/server.ts";
import { readSettings } from "../../../../app/src/settings.ts";
import { openRaw } from "../rawClient.ts";
import { type LogLine, until } from "../serviceProcess.ts";

let server: Server;
let health: Health;
let lines: LogLine[];
let port: number;
let gate: PromiseWithResolvers<void>;

beforeEach(async () => {
  health = new Health();
  lines = [];
  gate = Promise.withResolvers();
  const own: [string, Route][] = [
    ["/throws", { methods: { GET: () => fail("engine on fire") } }],
    ["/rejects", { methods: { GET: () => Promise.reject(new Error("late failure")) } }],
    // Answers when the test opens the gate.
    ["/slow", { methods: { GET: () => gate.promise.then(() => json(200, "done")) } }],
    ["/write", { methods: { POST: () => json(201, "written") } }],
  ];
  server = createServer({
    routes: new Map([...createRoutes(readSettings({}), health), ...own]),
    health,
    log: createLog((_level, line) => lines.push(JSON.parse(line) as LogLine)),
    requestSeconds: 30,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  gate.resolve();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function fail(message: string): never {
  throw new Error(message);
}

const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, init);

test("/ready is 503 with a reason until the service has started, while /healthz is 200", async () => {
  const before = await ask("/ready");
  expect(before.status).toBe(503);
  expect(await before.json()).toEqual({ status: "starting", reason: "The service has not finished starting." });
  expect((await ask("/healthz")).status).toBe(200);
  health.started();
  expect((await ask("/ready")).status).toBe(200);
});

test.each([
  ["/throws", "engine on fire"],
  ["/rejects", "late failure"],
])("a failing handler gives 500 and an error line, and the client learns no details: %s", async (path, message) => {
  const response = await ask(path);
  expect(response.status).toBe(500);
  const body = await response.text();
  expect(JSON.parse(body)).toEqual({
    error: "internal_error",
    message: "The service failed to answer this request.",
  });
  const requestId = response.headers.get("x-request-id");
  expect(lines[0]).toMatchObject({ level: "error", message: "request failed", path, requestId });
  expect(lines[0]?.error).toContain(message);
  expect((await ask("/healthz")).status).toBe(200);
});

test("an answer in progress when the drain begins still closes its connection", async () => {
  health.started();
  const { socket, closed } = openRaw(port);
  socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => server.once("request", resolve));
  health.startDraining("test");
  gate.resolve();
  expect(await closed).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n/);
});

test("logs a client that disconnects before its answer as aborted", async () => {
  const { socket } = openRaw(port);
  socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => server.once("request", resolve));
  socket.destroy();
  await until(() => lines.length > 0);
  expect(lines).toEqual([expect.objectContaining({ message: "request", path: "/slow", aborted: true })]);
});

test("answers a custom method, and names it in the 405 of the others", async () => {
  expect((await ask("/write", { method: "POST" })).status).toBe(201);
  const refused = await ask("/write");
  expect(refused.status).toBe(405);
  expect(refused.headers.get("allow")).toBe("POST");
});

test("invalid bytes after a request in progress do not replace its answer", async () => {
  const { socket, closed } = openRaw(port);
  socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => server.once("request", resolve));
  socket.write("not http\r\n\r\n");
  expect(await closed).toBe("");
});
