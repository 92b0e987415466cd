/** The proxy that routes Azure's own host names to the simulated Azure, and passes all other names on. */
import { request } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import tls from "node:tls";
import { openNamesProxy, upstreamProxy } from "../../../../local/azure/namesProxy.ts";
import { type Environment, startWithGroup } from "./testAzure.ts";

let environment: Environment;
/** Answers "hello" to every connection. */
let other: Server;
const open: Server[] = [];

const listening = async (server: Server): Promise<number> => {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

let otherPort: number;
beforeAll(async () => {
  ({ environment } = await startWithGroup());
  other = createServer((socket) => socket.end("hello"));
  otherPort = await listening(other);
});
afterAll(async () => {
  for (const server of open) server.close();
  await environment.stop();
});

/** Asks a proxy for a tunnel. */
const connect = (proxy: string, target: string, headers = {}) =>
  new Promise<{ status: string; socket: Socket }>((resolve, reject) => {
    const { hostname, port } = new URL(proxy);
    const asked = request({ host: hostname, port, method: "CONNECT", path: target, headers, agent: false });
    asked.on("connect", ({ statusCode, statusMessage }, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve({ status: `${statusCode} ${statusMessage}`, socket });
    });
    asked.on("error", reject);
    asked.end();
  });

const textOf = async (socket: Socket) => {
  let text = "";
  for await (const part of socket) text += String(part);
  return text;
};

it("routes Entra's public name here, over TLS with the environment's own certificate", async () => {
  const { status, socket } = await connect(environment.azure.namesProxy, "login.microsoftonline.com:443");
  expect(status).toMatch(/^200/);
  const secure = tls.connect({ socket, servername: "login.microsoftonline.com" });
  secure.write(
    "GET /common/discovery/instance HTTP/1.1\r\nHost: login.microsoftonline.com\r\nConnection: close\r\n\r\n",
  );
  const text = await textOf(secure);
  expect(secure.authorized).toBe(true);
  expect(text).toContain('"preferred_network":"login.microsoftonline.com"');
});

it("does not resolve a vault or an account that does not exist, and answers as a resolver does", async () => {
  for (const name of ["nobody.vault.azure.net", "nobody.blob.core.windows.net"])
    expect((await connect(environment.azure.namesProxy, `${name}:443`)).status).toBe(
      `502 lookup ${name}: no such host`,
    );
});

it("passes other names through", async () => {
  const { status, socket } = await connect(environment.azure.namesProxy, `127.0.0.1:${otherPort}`);
  expect(status).toMatch(/^200/);
  expect(await textOf(socket)).toBe("hello");
});

it("says why another name cannot be reached", async () => {
  const closed = createServer();
  const port = await listening(closed);
  await new Promise((resolve) => closed.close(resolve));
  expect((await connect(environment.azure.namesProxy, `127.0.0.1:${port}`)).status).toMatch(/^502 .*ECONNREFUSED/);
});

it("answers 400 for an address that does not exist, and still serves others", async () => {
  expect((await connect(environment.azure.namesProxy, "example.com:99999")).status).toBe("400 Bad Request");
  expect((await connect(environment.azure.namesProxy, `127.0.0.1:${otherPort}`)).status).toMatch(/^200/);
});

it("adds nothing to what a server sent before its connection broke", async () => {
  const breaking = createServer((socket) => {
    socket.write("half of");
    socket.once("data", () => socket.resetAndDestroy());
  });
  const { socket } = await connect(environment.azure.namesProxy, `127.0.0.1:${await listening(breaking)}`);
  let text = "";
  const closed = new Promise((resolve) => socket.on("error", () => undefined).once("close", resolve));
  socket.on("data", (part) => {
    text += String(part);
    socket.write("break");
  });
  await closed;
  expect(text).toBe("half of");
});

it("closes while a tunnel is open", async () => {
  const patient = createServer((socket) => socket.on("error", () => undefined));
  const port = await freePort();
  const names = await openNamesProxy({
    cloud: () => fail("asked for Azure"),
    port,
    serve: () => fail("served as Azure"),
  });
  const { socket } = await connect(`http://127.0.0.1:${port}`, `127.0.0.1:${await listening(patient)}`);
  const closed = new Promise((resolve) => socket.on("error", () => undefined).once("close", resolve));
  socket.resume();
  await names.close();
  await closed;
});

it("passes other names through the machine's proxy, with its password", async () => {
  const proxies: string[] = [];
  const upstream = createServer((socket) => {
    socket.once("data", (head) => {
      proxies.push(String(head));
      socket.end(
        String(head).includes("refused.example")
          ? "HTTP/1.1 403 not allowed\r\n\r\n"
          : "HTTP/1.1 200 OK\r\n\r\nfrom upstream",
      );
    });
  });
  const port = await listening(upstream);
  const ownPort = await freePort();
  const names = await openNamesProxy({
    ...{ cloud: () => fail("asked for Azure"), port: ownPort, serve: () => fail("served as Azure") },
    upstream: new URL(`http://me:p%40ss@127.0.0.1:${port}`),
  });
  const own = `http://127.0.0.1:${ownPort}`;
  const { socket } = await connect(own, "example.com:443");
  expect(await textOf(socket)).toBe("from upstream");
  expect(proxies[0]).toContain(`Proxy-Authorization: Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  expect((await connect(own, "refused.example:443")).status).toBe("403 not allowed");
  upstream.close();
  await names.close();
});

const fail = (what: string): never => {
  throw new Error(what);
};

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it("is a proxy for https only", async () => {
  expect((await fetch(environment.azure.namesProxy)).status).toBe(405);
});

it.each([
  [{}, undefined],
  [{ HTTPS_PROXY: "" }, undefined],
  [{ https_proxy: "proxy.example:3128" }, "http://proxy.example:3128/"],
  [{ HTTPS_PROXY: "http://proxy.example" }, "http://proxy.example/"],
  // Started inside the environment, it would connect to itself.
  [{ HTTPS_PROXY: "http://127.0.0.1:47444" }, undefined],
])("takes the machine's proxy from %j", (env, expected) => {
  expect(upstreamProxy(env, 47444)?.href).toBe(expected);
});

it("refuses a proxy that is not http", () => {
  expect(() => upstreamProxy({ HTTPS_PROXY: "socks5://me:secret@proxy.example" }, 1)).toThrow(
    'HTTPS_PROXY: "socks5://proxy.example" is not an http:// address; others are not supported',
  );
});
