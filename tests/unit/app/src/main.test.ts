/** The process: its start and ordinary requests. */
import { exchange } from "../rawClient.ts";
import { killServices, type Service, spawnService, startService, until } from "../serviceProcess.ts";

let service: Service;

beforeAll(async () => {
  service = await startService({
    APP_VERSION: "1.2.3",
    POD_NAME: "orders-1",
    NODE_NAME: "aks-0",
    SERVICE_NAME: "orders",
  });
});
afterAll(killServices);

const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(service.url + path, init);

test("logs the address on which it listens", () => {
  const [line] = service.logged("listening");
  expect(line).toMatchObject({
    level: "info",
    port: service.port,
    service: "orders",
    version: "1.2.3",
    pod: "orders-1",
  });
});

test("/ returns JSON to a program", async () => {
  const response = await ask("/");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  const body = (await response.json()) as { uptimeSeconds: number };
  expect(body).toEqual({
    service: "orders",
    version: "1.2.3",
    pod: "orders-1",
    node: "aks-0",
    uptimeSeconds: body.uptimeSeconds,
  });
  expect(Number.isInteger(body.uptimeSeconds)).toBe(true);
});

test("/ returns a page to a browser, under a policy that lets it load nothing else", async () => {
  const response = await ask("/?from=bookmark", { headers: { Accept: "text/html,*/*;q=0.8" } });
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("vary")).toBe("Accept");
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(await response.text()).toContain("<dt>Pod</dt><dd>orders-1</dd>");
});

test("every answer forbids sniffing, framing and caching", async () => {
  for (const path of ["/", "/healthz", "/ready", "/none"]) {
    const { headers } = await ask(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.has("x-powered-by")).toBe(false);
  }
});

test("the probes answer", async () => {
  expect(await (await ask("/healthz")).json()).toEqual({ status: "ok" });
  expect(await (await ask("/ready")).json()).toEqual({ status: "ready" });
});

test.each(["/", "/healthz", "/ready"])("HEAD %s has the headers of GET and no body", async (path) => {
  const head = await exchange(service.port, `HEAD ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(Number(/\r\nContent-Length: (\d+)/.exec(head)?.[1])).toBeGreaterThan(10);
  expect(head.split("\r\n\r\n")[1]).toBe("");
});

test.each([
  "/none",
  "/healthz/",
  "/HEALTHZ",
  "/../etc/passwd",
  "//healthz",
  "/%68ealthz",
  "/constructor",
  "/__proto__",
])("404 for %s", async (path) => {
  const answer = await exchange(service.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
  expect(answer).toContain('{"error":"not_found","message":"This path does not exist."}');
});

test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])("405 with Allow for %s", async (method) => {
  for (const path of ["/", "/healthz", "/ready"]) {
    const response = await ask(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  }
});

test("answers a target with a host, as proxies send it, by its path", async () => {
  const answer = await exchange(
    service.port,
    "GET http://x/healthz?a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test("logs a request in one line, without its query and with the caller's request id", async () => {
  const response = await ask("/logged?token=secret", { headers: { "X-Request-Id": "trace-17" } });
  expect(response.headers.get("x-request-id")).toBe("trace-17");
  const find = () => service.logged("request").filter((line) => line.path === "/logged");
  await until(() => find().length > 0);
  const [line, ...more] = find();
  expect(more).toEqual([]);
  expect(line).toEqual({
    time: line?.time,
    level: "info",
    message: "request",
    method: "GET",
    path: "/logged",
    status: 404,
    ms: line?.ms,
    remote: "127.0.0.1",
    requestId: "trace-17",
  });
  expect(typeof line?.ms).toBe("number");
});

test("replaces an invalid request id", async () => {
  const response = await ask("/", { headers: { "X-Request-Id": 'x" onload="alert(1)' } });
  expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("does not log probes", async () => {
  await ask("/healthz");
  await ask("/ready");
  await ask("/after-the-probes");
  await until(() => service.logged("request").some((line) => line.path === "/after-the-probes"));
  expect(service.log().filter((line) => line.path === "/healthz" || line.path === "/ready")).toEqual([]);
});

test("an invalid environment: one line per problem, exit code 2", async () => {
  const bad = spawnService({ PORT: "80a", DRAIN_SECONDS: "-1" });
  expect(await bad.exited).toBe(2);
  expect(bad.log().map(({ level, message }) => [level, message])).toEqual([
    ["error", 'PORT: "80a" is not a whole number from 1 to 65535; set, for example, PORT=8080.'],
    ["error", 'DRAIN_SECONDS: "-1" is not a number of seconds from 0 to 3600; set, for example, DRAIN_SECONDS=5.'],
  ]);
});

test("a port in use: a message that says so, exit code 2", async () => {
  const second = spawnService({ PORT: String(service.port) });
  expect(await second.exited).toBe(2);
  expect(second.log().map((line) => line.message)).toEqual([
    `Cannot listen on port ${service.port}: another process is listening on it. Set PORT to a free port.`,
  ]);
});

test("keeps serving when nobody reads its log anymore", async () => {
  const unread = await startService();
  unread.child.stdout?.destroy();
  unread.child.stderr?.destroy();
  for (let request = 0; request < 3; request++) expect((await fetch(unread.url)).status).toBe(200);
});
