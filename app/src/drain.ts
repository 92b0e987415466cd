/**
 * The way out: how this process stops without losing a request.
 *
 * Kubernetes sends SIGTERM and takes the pod out of the load balancers at the same time, so requests keep arriving for
 * seconds. Closing at once refuses them; closing keep-alive connections cuts the ones just being sent. So: say "not
 * ready", go on serving, and let every answer end its connection; what then still stands is idle or slow.
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
  /** Seconds after that for the requests that are still open. */
  closeSeconds: number;
}

/** Where signals come from: `process`, or an event emitter in its place. */
export interface Signals {
  on(signal: "SIGTERM" | "SIGINT", listener: (signal: string) => void): unknown;
}

/**
 * Drains on the first SIGTERM or SIGINT and calls `stopped` when the server is closed, `drainSeconds + closeSeconds`
 * later at the latest. Further signals change nothing: they neither hurry nor restart the drain.
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

  // Takes no new connection and closes the idle ones; calls back when the last one is gone, or with an error when the
  // server never listened, which is as closed as it gets.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadline = setTimeout(() => {
    log.warn("cutting the connections that are still open", { closeSeconds });
    server.closeAllConnections();
  }, closeSeconds * 1000);
  await closed;
  clearTimeout(deadline);
  log.info("stopped", { signal });
}
