/**
 * Stops the process without losing a request.
 *
 * Kubernetes sends SIGTERM and removes the pod from the load balancers at the same time, so requests keep arriving for
 * seconds. A server that closes immediately refuses those requests, and one that closes its keep-alive connections cuts
 * requests in flight. So the drain reports "not ready", keeps serving, and closes each connection after its next answer.
 * Connections that are still open after that are idle or slow.
 */
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Health } from "./health.ts";
import type { Log } from "./log.ts";

export interface DrainParts {
  server: Server;
  health: Health;
  log: Log;
  /** Seconds to keep serving. */
  drainSeconds: number;
  /** Seconds that requests still open after the drain may take. */
  closeSeconds: number;
}

/** Source of signals: `process`, or another event emitter in tests. */
export interface Signals {
  on(signal: "SIGTERM" | "SIGINT", listener: (signal: string) => void): unknown;
}

/**
 * Drains on the first SIGTERM or SIGINT, and calls `stopped` when the server is closed: at most
 * `drainSeconds + closeSeconds` later. Further signals neither speed up nor restart the drain.
 */
export function drainOnSignals(signals: Signals, parts: DrainParts, stopped: () => void): void {
  const onSignal = (signal: string): void => {
    if (parts.health.isDraining) return parts.log.info("already draining", { signal });
    void drain(parts, signal).then(stopped);
  };
  signals.on("SIGTERM", onSignal);
  signals.on("SIGINT", onSignal);
}

async function drain({ server, health, log, drainSeconds, closeSeconds }: DrainParts, signal: string): Promise<void> {
  health.startDraining(`${signal} received: the service is stopping.`);
  log.info("draining", { signal, drainSeconds });
  await sleep(drainSeconds * 1000);

  // Stops accepting connections and closes idle ones. Calls back when the last connection is gone, or with an error when
  // the server never listened, which also counts as closed.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadline = setTimeout(() => {
    log.warn("cutting the connections that are still open", { closeSeconds });
    server.closeAllConnections();
  }, closeSeconds * 1000);
  await closed;
  clearTimeout(deadline);
  log.info("stopped", { signal });
}
