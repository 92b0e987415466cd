/** Load of many concurrent clients on one URL, and the results of their requests by phase. */
import { runClient, type Outcome } from "./loadClient.ts";
import { quantile } from "../measure/statistics.ts";

export interface LoadPlan {
  url: string;
  /** Clients that keep their connection. @default 60 */
  keepAlive?: number;
  /** Clients that open a connection for each request. @default 6 */
  fresh?: number;
  /** Mean milliseconds between an answer and the client's next request. @default 120 */
  pause?: number;
  /** Milliseconds after which a request counts as lost. @default 10000 */
  timeout?: number;
  /** Requests after which the load stops by itself. @default 500000 */
  atMost?: number;
}

/** The results of one phase. A request belongs to the phase in which it ends. */
export interface PhaseReport {
  phase: string;
  requests: number;
  failed: number;
  /** Failed requests by reason. */
  failures: Record<string, number>;
  /** Milliseconds of the requests that got 2xx; NaN if none did. */
  p50: number;
  p99: number;
  max: number;
}

export interface Load {
  /** Starts a phase: requests count for it from now on. */
  phase(name: string): void;
  /** Resolves when every client has stopped: after `stop`, or after `atMost` requests. */
  done: Promise<void>;
  /** Waits for the requests in progress and returns a report per phase, in order. */
  stop(): Promise<PhaseReport[]>;
}

interface Phase {
  name: string;
  latencies: number[];
  failures: Record<string, number>;
}

export function startLoad(plan: LoadPlan, firstPhase = "load"): Load {
  const { keepAlive = 60, fresh = 6, pause = 120, timeout = 10_000, atMost = 500_000 } = plan;
  const phases: Phase[] = [];
  const phase = (name: string) => void phases.push({ name, latencies: [], failures: {} });
  phase(firstPhase);

  const stopping = new AbortController();
  let requests = 0;
  const seen = ({ milliseconds, failure }: Outcome) => {
    const current = phases.at(-1);
    if (failure === undefined) current?.latencies.push(milliseconds);
    else if (current !== undefined) current.failures[failure] = (current.failures[failure] ?? 0) + 1;
    if (++requests >= atMost) stopping.abort();
  };
  const common = { url: new URL(plan.url), pause, timeout };
  const clients = Array.from({ length: keepAlive + fresh }, (_, index) =>
    runClient({ ...common, keepAlive: index < keepAlive }, stopping.signal, seen),
  );
  const done = Promise.all(clients).then(() => undefined);
  return {
    phase,
    done,
    async stop() {
      stopping.abort();
      await done;
      return phases.map(report);
    },
  };
}

function report({ name, latencies, failures }: Phase): PhaseReport {
  const failed = sum(Object.values(failures));
  return {
    phase: name,
    requests: latencies.length + failed,
    failed,
    failures,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    max: quantile(latencies, 1),
  };
}

/** Sums of requests and failures over all phases. */
export const total = (reports: readonly PhaseReport[]) => ({
  requests: sum(reports.map(({ requests }) => requests)),
  failed: sum(reports.map(({ failed }) => failed)),
});

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
