/**
 * One HTTP client of the load: it repeats a request, the whole answer and a pause. It never retries a request, so that every
 * loss counts.
 */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface ClientPlan {
  url: URL;
  /** True: one connection for all requests, like browsers and proxies. False: a new connection per request. */
  keepAlive: boolean;
  /** Mean milliseconds between an answer and the next request. */
  pause: number;
  /** Milliseconds for a whole answer; later answers count as lost. */
  timeout: number;
}

/** The result of one request. */
export interface Outcome {
  /** Milliseconds from the request to the end of its answer, or to its failure. */
  milliseconds: number;
  /** Why the request counts as lost: a status other than 2xx, a broken connection, no answer in time. */
  failure?: string;
}

/** Sends requests until `stop` is aborted, then resolves after the last answer. */
export async function runClient(plan: ClientPlan, stop: AbortSignal, seen: (outcome: Outcome) => void): Promise<void> {
  const agent = new Agent({ keepAlive: plan.keepAlive, maxSockets: 1 });
  try {
    while (!stop.aborted) {
      // Random, so that the clients do not synchronize.
      const pause = plan.pause * (0.5 + Math.random());
      await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
      if (!stop.aborted) seen(await ask(plan, agent));
    }
  } finally {
    agent.destroy();
  }
}

function ask({ url, timeout }: ClientPlan, agent: Agent): Promise<Outcome> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const end = (failure?: string) => {
      clearTimeout(deadline);
      resolve({ milliseconds: performance.now() - begun, ...(failure !== undefined && { failure }) });
    };
    const request = get(url, { agent, headers: { accept: "application/json" } }, (response) => {
      const { statusCode = 0 } = response;
      response.resume();
      response.once("end", () => end(statusCode >= 200 && statusCode < 300 ? undefined : `HTTP ${statusCode}`));
      // A break in the middle of an answer; errors after its end have no effect.
      response.once("error", (error) => end(reason(error)));
    });
    request.once("error", (error) => end(reason(error)));
    const deadline = setTimeout(() => request.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
  });
}

const reason = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message;
