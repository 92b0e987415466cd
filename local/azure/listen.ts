/** Opens a server on a fixed port of 127.0.0.1. */
import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { requireFreePort } from "../host/portHolder.ts";

const patienceSeconds = 10;

/**
 * Resolves when the server listens.
 * @param purpose what the port is for, for the error
 * @throws PortTakenError naming the program that listens on the port
 */
export async function listenOnLoopback(server: Server, port: number, purpose: string): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    try {
      return await listen(server, port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      requireFreePort(port, "127.0.0.1", purpose);
      // Nothing listens there: the kernel gave the port to an outgoing connection, usually only for a moment.
      if (Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
