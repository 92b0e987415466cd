/** A Docker engine's HTTP interface: over its socket, or over TCP with or without TLS. */
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

import { reveal } from "../rpc/wireValues.ts";
import type { Properties } from "../rpc/wireValues.ts";

/** How to reach an engine, from the provider's settings and Docker's environment variables. */
export interface EngineAddress {
  /** As configured, for messages. */
  host: string;
  options: RequestOptions & { ca?: string; cert?: string; key?: string };
  tls: boolean;
}

export interface EngineRequest {
  method: "GET" | "POST";
  path: string;
  query?: Record<string, string | string[]>;
  headers?: OutgoingHttpHeaders;
  body?: Readable;
  signal: AbortSignal;
}

const defaultHost = "unix:///var/run/docker.sock";
/** The official plugin waits without a limit. */
const pingMilliseconds = 30_000;

/** The engine answered with an error. */
export class EngineError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "EngineError";
    this.status = status;
  }
}

const settingOf = (config: Properties, environment: NodeJS.ProcessEnv, name: string, variable: string) => {
  const value = reveal(config[name] ?? environment[variable] ?? "");
  return typeof value === "string" && value !== "" ? value : undefined;
};

const configuredHost = (config: Properties, environment: NodeJS.ProcessEnv) =>
  settingOf(config, environment, "host", "DOCKER_HOST");

/** The host part of an address over SSH in the provider's settings or in DOCKER_HOST. */
export function sshHost(config: Properties, environment: NodeJS.ProcessEnv): string | undefined {
  const host = configuredHost(config, environment);
  return host?.startsWith("ssh://") === true ? new URL(host).host : undefined;
}

/**
 * The address in the provider's settings, or else in Docker's variables (DOCKER_HOST, DOCKER_CERT_PATH, ...). Without both, the
 * usual address and those of Docker Desktop in the user's folder, in the order in which the official plugin tries them.
 *
 * @throws Error for an unsupported kind of address
 */
export function engineAddresses(config: Properties, environment: NodeJS.ProcessEnv): EngineAddress[] {
  const given = configuredHost(config, environment);
  const home = environment.HOME ?? homedir();
  const hosts =
    given === undefined
      ? [defaultHost, `unix://${home}/.docker/run/docker.sock`, `unix://${home}/.docker/desktop/docker.sock`]
      : [given];
  return hosts.map((host) => engineAddress(host, config, environment));
}

function engineAddress(host: string, config: Properties, environment: NodeJS.ProcessEnv): EngineAddress {
  const setting = (name: string, variable: string) => settingOf(config, environment, name, variable);
  const url = new URL(host);
  if (url.protocol === "unix:") {
    return { host, options: { socketPath: url.pathname }, tls: false };
  }
  if (url.protocol !== "tcp:") {
    throw new Error(
      `the local environment's docker adapter reaches engines at unix:// and tcp:// addresses, not ${host}`,
    );
  }
  const folder = setting("certPath", "DOCKER_CERT_PATH");
  const material = (name: string, variable: string, file: string) =>
    setting(name, variable) ?? (folder === undefined ? undefined : readFileSync(join(folder, file), "utf8"));
  const ca = material("caMaterial", "DOCKER_CA_MATERIAL", "ca.pem");
  const cert = material("certMaterial", "DOCKER_CERT_MATERIAL", "cert.pem");
  const key = material("keyMaterial", "DOCKER_KEY_MATERIAL", "key.pem");
  const tls = ca !== undefined && cert !== undefined && key !== undefined;
  return { host, options: { host: url.hostname, port: url.port, ...(tls ? { ca, cert, key } : {}) }, tls };
}

/** The first engine that answers a ping, or `undefined`. */
export async function firstAnswering(addresses: readonly EngineAddress[]): Promise<Engine | undefined> {
  for (const address of addresses) {
    const engine = new Engine(address);
    const signal = AbortSignal.timeout(pingMilliseconds);
    const answered = await engine.send({ method: "GET", path: "/_ping", signal }).then(
      (response) => {
        response.resume();
        return true;
      },
      () => false,
    );
    if (answered) return engine;
  }
  return undefined;
}

function queryString(query: Record<string, string | string[]>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of [value].flat()) {
      parameters.append(name, item);
    }
  }
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}

async function refusal(response: IncomingMessage): Promise<EngineError> {
  const body = (await json(response).catch(() => ({}))) as { message?: string };
  return new EngineError(response.statusCode ?? 0, body.message ?? response.statusMessage ?? "no reason given");
}

export class Engine {
  readonly #address: EngineAddress;

  constructor(address: EngineAddress) {
    this.#address = address;
  }

  /** Sends a request and returns the response. @throws EngineError, or Error when the engine does not answer */
  async send(request: EngineRequest): Promise<IncomingMessage> {
    const client = this.#request(request);
    const answered = this.#answer(client, request.signal);
    if (request.body === undefined) {
      client.end();
    } else {
      // An engine that refuses a build closes the connection before it has read the body. Its response has the reason.
      pipeline(request.body, client).catch((error: Error) => client.destroy(error));
    }
    const response = await answered;
    if ((response.statusCode ?? 0) >= 400) {
      throw await refusal(response);
    }
    return response;
  }

  /** The body of a small JSON answer. */
  async json(request: EngineRequest): Promise<unknown> {
    return json(await this.send(request));
  }

  /** Upgrades a connection to a duplex stream, which the engine uses for sessions. */
  async hijack(request: EngineRequest): Promise<Duplex> {
    const client = this.#request(request);
    return new Promise((resolve, reject) => {
      client.on("upgrade", (_response, socket, head) => {
        socket.unshift(head);
        resolve(socket);
      });
      client.on("response", (response) => void refusal(response).then(reject));
      client.on("error", (error) => reject(this.#unreachable(error)));
      client.end();
    });
  }

  #request({ method, path, query = {}, headers = {}, signal }: EngineRequest): ClientRequest {
    const send = this.#address.tls ? httpsRequest : httpRequest;
    // The engine requires a Host header, and a socket has no host.
    const all = { Host: "docker", ...headers };
    return send({ ...this.#address.options, method, path: path + queryString(query), headers: all, signal });
  }

  #answer(client: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      client.on("response", resolve);
      client.on("error", (error) => reject(signal.aborted ? (signal.reason as Error) : this.#unreachable(error)));
    });
  }

  #unreachable(error: NodeJS.ErrnoException): Error {
    const reason = error.code ?? error.message;
    return new Error(`the Docker engine at ${this.#address.host} does not answer: ${reason}`, { cause: error });
  }
}
