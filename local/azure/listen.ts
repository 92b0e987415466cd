/** Opens servers on fixed ports. */
import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { requireFreePort } from "../host/portHolder.ts";

const patienceSeconds = 10;
const isInUse = (error: unknown) => (error as NodeJS.ErrnoException).code === "EADDRINUSE";

/**
 * Resolves when the server listens on the port of 127.0.0.1.
 * @param purpose what the port is for, for the error
 * @throws PortTakenError naming the program that listens on the port
 */
export async function listenOnLoopback(server: Server, port: number, purpose: string): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    try {
      return await listen(server, { port, host: "127.0.0.1" }, purpose);
    } catch (error) {
      if (!isInUse(error) || Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

/**
 * Tries once, as `listenOnLoopback` does, on any address of this machine.
 * @throws PortTakenError; also the error EADDRINUSE when no program listens there, because the kernel gave the port to an outgoing
 * connection, usually only for a moment
 */
export async function listen(server: Server, at: { host: string; port: number }, purpose: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(at.port, at.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    if (isInUse(error)) requireFreePort(at.port, at.host, purpose);
    throw error;
  }
}
