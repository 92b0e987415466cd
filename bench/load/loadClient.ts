/**
 * One HTTP client of the load: a request, the whole answer, a pause, and so on. It never tries a request again: whatever is
 * lost, is counted.
 */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface ClientPlan {
  url: URL;
  /** One connection for all requests, as browsers and proxies have it; else a new one for each. */
  keepAlive: boolean;
  /** Mean time between an answer and the next request, milliseconds. */
  pause: number;
  /** Milliseconds for a whole answer; later ones count as lost. */
  timeout: number;
}

/** What became of one request. */
export interface Outcome {
  /** Milliseconds from the request to the end of its answer, or to its loss. */
  milliseconds: number;
  /** Why it counts as lost: any status but 2xx, a broken connection, no answer in time. */
  failure?: string;
}

/** Asks until it is told to stop, and then ends with its last answer. */
export async function runClient(plan: ClientPlan, stop: AbortSignal, seen: (outcome: Outcome) => void): Promise<void> {
  const agent = new Agent({ keepAlive: plan.keepAlive, maxSockets: 1 });
  try {
    while (!stop.aborted) {
      // Uneven, so that the clients do not march in step.
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
      // In the middle of an answer; what comes after its end changes nothing any more.
      response.once("error", (error) => end(reason(error)));
    });
    request.once("error", (error) => end(reason(error)));
    const deadline = setTimeout(() => request.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
  });
}

const reason = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message;
