/** Clients that send invalid requests: each gets an answer or is disconnected, and the service keeps running. */
import { exchange, openRaw, parseRefusal } from "../rawClient.ts";
import { killServices, type Service, startService, until } from "../serviceProcess.ts";

let service: Service;

beforeAll(async () => {
  service = await startService();
});
afterEach(async () => {
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
});
afterAll(killServices);

test.each([
  ["no HTTP at all", "hello\r\n\r\n"],
  ["TLS on the plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ["an unknown method", "FLY / HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["an unknown protocol version", "GET / HTTP/9.9\r\nHost: x\r\n\r\n"],
  ["a header without a colon", "GET / HTTP/1.1\r\nHost x\r\n\r\n"],
  ["a NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n"],
  ["a bad length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
  ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
  [
    "length and chunks together (request smuggling)",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
])("400 for %s", async (_what, bytes) => {
  const { status, body } = parseRefusal(await exchange(service.port, bytes));
  expect(status).toBe("HTTP/1.1 400 Bad Request");
  expect(body).toEqual({ error: "bad_request", message: "This is not a valid HTTP request." });
});

test("400 for a request without Host", async () => {
  expect(await exchange(service.port, "GET / HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

test("431 for headers that are too large, in one header or in many", async () => {
  const many = Array.from({ length: 600 }, (_, index) => `X-Header-${index}: ${"v".repeat(24)}\r\n`).join("");
  for (const headers of [`Cookie: ${"c".repeat(17 * 1024)}\r\n`, many]) {
    const { status, body } = parseRefusal(await exchange(service.port, `GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`));
    expect(status).toBe("HTTP/1.1 431 Request Header Fields Too Large");
    expect(body).toEqual({ error: "headers_too_large", message: "The request headers are too large." });
  }
});

test.each([2049, 10_000, 20_000, 1_000_000])("414 for a target of %d characters", async (length) => {
  const target = `/${"a".repeat(length - 1)}`;
  const answer = await exchange(service.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const { status, body } = parseRefusal(answer);
  expect(status).toBe("HTTP/1.1 414 URI Too Long");
  expect(body).toEqual({ error: "uri_too_long", message: "The request target is longer than 2048 characters." });
});

test("routes a target of 2048 characters", async () => {
  const answer = await exchange(
    service.port,
    `GET /${"a".repeat(2047)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
});

test("405 for a client that uses the server as a proxy", async () => {
  const { status } = parseRefusal(
    await exchange(service.port, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n"),
  );
  expect(status).toBe("HTTP/1.1 405 Method Not Allowed");
});

test("ignores an upgrade request", async () => {
  const bytes = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n";
  expect(await exchange(service.port, bytes)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test("a hundred clients that reset their connection leave no trace", async () => {
  const connections = Array.from({ length: 100 }, () => openRaw(service.port));
  for (const { socket } of connections) socket.write("GET /hea", () => socket.resetAndDestroy());
  await Promise.all(connections.map(({ closed }) => closed));
  expect(service.logged("unexpected error")).toEqual([]);
});

test("logs a refusal once, however much the client keeps sending", async () => {
  const before = service.logged("request refused").length;
  const { socket, closed } = openRaw(service.port);
  socket.allowHalfOpen = true;
  for (let part = 0; part < 5; part++) {
    socket.write("rubbish\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  socket.end();
  expect(parseRefusal(await closed).status).toBe("HTTP/1.1 400 Bad Request");
  await until(() => service.logged("request refused").length > before);
  const lines = service.logged("request refused").slice(before);
  expect(lines).toEqual([
    {
      time: lines[0]?.time,
      level: "warn",
      message: "request refused",
      status: 400,
      code: "HPE_INVALID_METHOD",
      remote: "127.0.0.1",
    },
  ]);
});
