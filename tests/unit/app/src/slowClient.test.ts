/** Clients that hold a connection by sending little (slow loris): the server disconnects each after REQUEST_SECONDS. */
import { openRaw, parseRefusal } from "../rawClient.ts";
import { killServices, startService } from "../serviceProcess.ts";

// Not in a hook, because concurrent tests start before hooks run.
const service = startService({ REQUEST_SECONDS: "0.3" });
afterAll(killServices);

test.concurrent("408 for a client that sends its headers a byte at a time", async () => {
  const { socket, closed } = openRaw((await service).port);
  socket.write("GET / HTTP/1.1\r\n");
  const drip = setInterval(() => socket.write("X"), 50);
  const answer = await closed;
  clearInterval(drip);
  expect(parseRefusal(answer)).toEqual({
    status: "HTTP/1.1 408 Request Timeout",
    body: { error: "request_timeout", message: "The request did not arrive in time." },
  });
});

test.concurrent("closes a silent connection without an answer or a log line", async () => {
  const quiet = await startService({ REQUEST_SECONDS: "0.3" });
  expect(await openRaw(quiet.port).closed).toBe("");
  expect(quiet.logged("request refused")).toEqual([]);
});

test.concurrent("a refused client that keeps its side open is cut off a second later", async () => {
  const { socket, closed } = openRaw((await service).port);
  socket.allowHalfOpen = true;
  const drip = setInterval(() => socket.write("rubbish\r\n\r\n"), 50);
  expect(parseRefusal(await closed).status).toBe("HTTP/1.1 400 Bad Request");
  clearInterval(drip);
});

test.concurrent("a body that never ends does not hold its connection", async () => {
  const { socket, closed } = openRaw((await service).port);
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const drip = setInterval(() => socket.write("1\r\nx\r\n"), 50);
  const answer = await closed;
  clearInterval(drip);
  expect(answer).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/);
});
