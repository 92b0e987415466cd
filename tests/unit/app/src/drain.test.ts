/** The drain of a real process on real signals. */
import { Agent, get } from "node:http";
import { exchange, openRaw } from "../rawClient.ts";
import { killServices, type Service, startService, until } from "../serviceProcess.ts";

// Concurrently, each test with its own process, because most of a drain is waiting.
afterAll(killServices);

const draining = (service: Service): Promise<void> => until(() => service.logged("draining").length > 0);

interface Answer {
  status: number;
  connection: string | undefined;
}

/** One GET over an agent's connections. */
function ask(port: number, path: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume();
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }),
      );
    });
    request.once("error", reject);
  });
}

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test.concurrent("not ready, alive, serving, every answer closes its connection, exit 0", async () => {
    const service = await startService({ DRAIN_SECONDS: "0.8" });
    const begun = performance.now();
    service.child.kill(signal);
    await draining(service);

    const ready = await fetch(`${service.url}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: "draining", reason: `${signal} received: the service is stopping.` });
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    for (const path of ["/", "/ready", "/healthz", "/none"]) {
      expect((await ask(service.port, path)).connection).toBe("close");
    }

    expect(await service.exited).toBe(0);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(800);
    expect(service.log().at(-1)).toMatchObject({ message: "stopped", signal });
  });
});

test.concurrent("under the load of 40 keep-alive clients no request fails", async () => {
  const service = await startService({ DRAIN_SECONDS: "4", CLOSE_SECONDS: "5" });
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  const answers: Answer[] = [];
  const failures: unknown[] = [];
  let routed = true;
  const clients = Array.from({ length: 40 }, async () => {
    while (routed)
      await ask(service.port, "/", agent).then(
        (answer) => answers.push(answer),
        (error) => failures.push(error),
      );
  });

  await until(() => answers.length > 200);
  service.child.kill("SIGTERM");
  await draining(service);
  const before = answers.length;
  // A cluster removes the pod from its load balancers during the drain, so no request comes after that.
  await new Promise((resolve) => setTimeout(resolve, 700));
  routed = false;
  await Promise.all(clients);
  agent.destroy();

  expect(failures).toEqual([]);
  expect(answers.length).toBeGreaterThan(before + 100);
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  expect(answers[0]?.connection).toBe("keep-alive");
  expect(answers.at(-1)?.connection).toBe("close");
  expect(await service.exited).toBe(0);
});

test.concurrent("idle keep-alive connections do not delay it", async () => {
  const service = await startService({ CLOSE_SECONDS: "60" });
  const agent = new Agent({ keepAlive: true });
  await Promise.all(Array.from({ length: 5 }, () => ask(service.port, "/", agent)));
  const begun = performance.now();
  service.child.kill("SIGTERM");
  expect(await service.exited).toBe(0);
  expect(performance.now() - begun).toBeLessThan(3000);
  agent.destroy();
});

test.concurrent("a request that is still arriving when the drain ends gets its answer", async () => {
  const service = await startService({ DRAIN_SECONDS: "0.1", CLOSE_SECONDS: "10" });
  const { socket, closed } = openRaw(service.port);
  socket.write("GET / HTTP/1.1\r\n");
  service.child.kill("SIGTERM");
  await draining(service);
  await new Promise((resolve) => setTimeout(resolve, 300));
  socket.write("Host: x\r\n\r\n");
  expect(await closed).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n/);
  expect(await service.exited).toBe(0);
});

test.concurrent("a request that never ends is cut off at the deadline", async () => {
  const service = await startService({ DRAIN_SECONDS: "0.1", CLOSE_SECONDS: "0.3" });
  const { socket, closed } = openRaw(service.port);
  socket.write("GET / HTTP/1.1\r\n");
  await until(() => socket.bytesWritten > 0);
  service.child.kill("SIGTERM");
  expect(await service.exited).toBe(0);
  expect(await closed).toBe("");
  expect(service.logged("cutting the connections that are still open")).toHaveLength(1);
});

test.concurrent("further signals neither shorten the drain nor stop it", async () => {
  const service = await startService({ DRAIN_SECONDS: "0.8" });
  const begun = performance.now();
  service.child.kill("SIGTERM");
  await draining(service);
  for (const signal of ["SIGTERM", "SIGINT", "SIGTERM"] as const) service.child.kill(signal);
  await until(() => service.logged("already draining").length > 0);
  expect(await exchange(service.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(await service.exited).toBe(0);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(800);
  expect(service.logged("draining")).toHaveLength(1);
});
