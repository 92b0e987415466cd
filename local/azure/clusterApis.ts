/**
 * The addresses of the managed clusters' API servers. All clusters are the one local Kubernetes, but each has a port of its own that
 * leads there while the cluster runs: the API server of a stopped cluster cannot be reached, and the others are not affected.
 */
import { createServer, type Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { PortTakenError } from "../host/portHolder.ts";
import { listen } from "./listen.ts";

export interface Address {
  host: string;
  port: number;
}

interface Opened {
  server: Server;
  sockets: Set<Socket>;
}

export class ClusterApis {
  readonly #ports: readonly number[];
  readonly #target: () => Promise<Address>;
  readonly #stopping: AbortSignal;
  readonly #open = new Map<number, Opened>();

  /** @param ports none: every cluster has the address of the local Kubernetes, also while it is stopped */
  constructor(ports: readonly number[], target: () => Promise<Address>, stopping: AbortSignal) {
    this.#ports = ports;
    this.#target = target;
    this.#stopping = stopping;
  }

  /** A port that no cluster has; `undefined` when all are taken. */
  freePort(taken: readonly unknown[]): number | undefined {
    return this.#ports.find((port) => !taken.includes(port));
  }

  /**
   * Serves a port. Waits for the host's address to exist, which a start of the environment creates.
   * @throws PortTakenError when another program listens on the port
   */
  async open(port: number): Promise<void> {
    if (this.#open.has(port)) return;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      this.#lead(socket, sockets).catch(() => socket.destroy());
    });
    this.#open.set(port, { server, sockets });
    while (!this.#stopping.aborted && this.#open.get(port)?.server === server) {
      try {
        const { host } = await this.#target();
        return await listen(server, { host, port }, "the API server of a simulated managed cluster");
      } catch (error) {
        if (error instanceof PortTakenError) {
          this.#open.delete(port);
          throw error;
        }
        await sleep(1000, undefined, { signal: this.#stopping }).catch(() => undefined);
      }
    }
  }

  /** Refuses connections to a port, and cuts those that are open. */
  async close(port: number): Promise<void> {
    const opened = this.#open.get(port);
    if (opened === undefined) return;
    this.#open.delete(port);
    for (const socket of opened.sockets) socket.destroy();
    if (opened.server.listening) await new Promise((resolve) => opened.server.close(resolve));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((port) => this.close(port)));
  }

  async #lead(socket: Socket, sockets: Set<Socket>): Promise<void> {
    const other = new Socket();
    for (const one of [socket, other]) {
      sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => {
        sockets.delete(one);
        socket.destroy();
        other.destroy();
      });
    }
    const { host, port } = await this.#target();
    if (socket.destroyed) return;
    other.connect(port, host);
    socket.pipe(other);
    other.pipe(socket);
  }
}
