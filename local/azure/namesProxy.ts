/**
 * A proxy for https (`HTTPS_PROXY`) that routes Azure's own host names to the simulated Azure, so that a program that accepts no other
 * address for a storage account or a vault works unchanged. It passes all other names on, through the proxy of the machine if it has one.
 * TLS stays between the client and the server: a client that does not trust the environment's authority refuses the simulated Azure.
 */
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { resourceNamed, serviceNamed } from "./azureHosts.ts";
import type { Cloud } from "./cloud.ts";
import { listenOnLoopback } from "./listen.ts";

export interface NamesProxyOptions {
  cloud: () => Cloud;
  port: number;
  /** Takes over a connection to one of Azure's names. */
  serve: (connection: Duplex) => void;
  /** The proxy through which the machine reaches other hosts; none by default. */
  upstream?: URL | undefined;
}

export interface NamesProxy {
  /** Closes the proxy, and cuts open tunnels. */
  close(): Promise<void>;
}

/** Opens the proxy on 127.0.0.1. @throws when the port is taken */
export async function openNamesProxy(options: NamesProxyOptions): Promise<NamesProxy> {
  const clients = new Set<Socket>();
  const server = createServer((_, response) => {
    response.writeHead(405, "only tunnels for https").end();
  });
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on("error", () => client.destroy());
    if (head.length > 0) client.unshift(head);
    tunnel(options, request.url ?? "", client);
  });
  server.on("clientError", (_, socket) => socket.destroy());
  // `closeAllConnections` does not close tunnels, but `close` waits for them.
  server.on("connection", (client: Socket) => {
    clients.add(client);
    client.once("close", () => clients.delete(client));
  });
  await listenOnLoopback(server, options.port, "The proxy for Azure's host names");
  return {
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const established = "HTTP/1.1 200 Connection Established\r\n\r\n";

function tunnel({ cloud, serve, upstream }: NamesProxyOptions, target: string, client: Duplex): void {
  const service = serviceNamed(target);
  if (service === undefined) return passOn(upstream, target, client);
  if (service.kind !== "azure" && resourceNamed(cloud(), service.kind, service.name) === undefined)
    // With a resolver's message, because Azure's DNS has no such name either.
    return refuse(client, `502 lookup ${target.replace(/:\d+$/, "")}: no such host`);
  client.write(established);
  serve(client);
}

function passOn(upstream: URL | undefined, target: string, client: Duplex): void {
  // Also a port above 65535.
  if (!URL.canParse(`https://${target}`)) return refuse(client, "400 Bad Request");
  const { hostname, port } = new URL(`https://${target}`);
  if (upstream === undefined) {
    const server = connect(Number(port === "" ? 443 : port), hostname.replace(/^\[|\]$/g, ""));
    const unreachable = (error: Error) => refuse(client, `502 ${error.message}`);
    server.once("error", unreachable);
    server.once("connect", () => {
      // From now on, an answer of the proxy would be part of what the server sends.
      server.off("error", unreachable);
      client.write(established);
      join(client, server);
    });
    client.once("close", () => server.destroy());
    return;
  }
  const asked = httpRequest({
    host: upstream.hostname,
    port: upstream.port === "" ? 80 : Number(upstream.port),
    method: "CONNECT",
    path: target,
    headers: {
      Host: target,
      ...(upstream.username !== "" && {
        "Proxy-Authorization": `Basic ${Buffer.from(`${decodeURIComponent(upstream.username)}:${decodeURIComponent(upstream.password)}`).toString("base64")}`,
      }),
    },
  });
  asked.once("connect", ({ statusCode = 502, statusMessage = "" }, server, head) => {
    if (statusCode !== 200) {
      server.destroy();
      return refuse(client, `${statusCode} ${statusMessage}`);
    }
    client.write(established);
    client.write(head);
    join(client, server);
  });
  asked.once("error", (error) => refuse(client, `502 ${error.message}`));
  asked.end();
}

/** Connects both sides: the end of one ends the other, and an error on one closes both. */
function join(client: Duplex, server: Socket): void {
  const ended = () => undefined;
  pipeline(client, server, ended);
  pipeline(server, client, ended);
}

/** @param status code and reason, without line breaks */
const refuse = (client: Duplex, status: string): void =>
  void client.end(`HTTP/1.1 ${status.replaceAll(/[\r\n]+/g, " ")}\r\nContent-Length: 0\r\n\r\n`);

/**
 * The https proxy of the environment variables, unless it is this proxy.
 * @throws Error if it is not an http proxy
 */
export function upstreamProxy(env: NodeJS.ProcessEnv, ownPort: number): URL | undefined {
  const text = env.HTTPS_PROXY ?? env.https_proxy ?? "";
  if (text === "") return undefined;
  const url = new URL(text.includes("://") ? text : `http://${text}`);
  if (url.protocol !== "http:")
    throw new Error(`HTTPS_PROXY: "${url.protocol}//${url.host}" is not an http:// address; others are not supported`);
  return url.hostname === "127.0.0.1" && url.port === `${ownPort}` ? undefined : url;
}
