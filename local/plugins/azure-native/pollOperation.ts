/** Long-running operations: sends a request, and then polls its operation until it has ended. */
import { createHttpPoller } from "@azure/core-lro";
import type { OperationResponse, RawResponse } from "@azure/core-lro";

import { managerError } from "./managerError.ts";

/** How to wait for an operation. */
export interface Waiter {
  /** Ends the wait. The operation itself continues. */
  signal: AbortSignal;
  /** Receives the progress. */
  status(message: string): void;
}

/** The request was accepted, and then the operation failed or the wait was interrupted. The resource may exist. */
export class UnfinishedOperation extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = "UnfinishedOperation";
  }
}

export interface Requests {
  /** Sends the request that starts the operation. @throws ManagerError when it is refused */
  start(waiter: Waiter): Promise<RawResponse>;
  /** Requests the operation's state at this address. @throws ManagerError when it is refused */
  poll(url: string, waiter: Waiter): Promise<RawResponse>;
}

/** Milliseconds between two polls if the service sends no Retry-After. */
const pollInterval = 1000;
const statusInterval = 1000;

function stateOf(body: unknown): string | undefined {
  const { status, properties } = (body ?? {}) as {
    status?: unknown;
    properties?: { provisioningState?: unknown } | null;
  };
  const state = status ?? properties?.provisioningState;
  return typeof state === "string" ? state : undefined;
}

/** Reports the operation's state and the time so far every second. Returns a function that stops it. */
function keepInformed(waiter: Waiter, doing: string, state: () => string | undefined): () => void {
  const started = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    waiter.status(`${doing}: ${state() ?? "waiting for an answer"} (${seconds} s)`);
  }, statusInterval);
  return () => clearInterval(timer);
}

/**
 * Runs an operation and waits for it to end.
 *
 * @param doing what the operation does, such as `creating`; shown while it runs
 * @throws ManagerError when the request is refused
 * @throws Error when the operation fails, or the reason of the waiter's signal when that ends the wait
 */
export async function runOperation(requests: Requests, doing: string, waiter: Waiter): Promise<void> {
  let last: RawResponse | undefined;
  let note: string | undefined;
  const answered = (response: RawResponse): OperationResponse => {
    last = response;
    note = undefined;
    return { flatResponse: response.body, rawResponse: response };
  };
  const inner: Waiter = {
    signal: waiter.signal,
    status: (message) => {
      note = message;
      waiter.status(`${doing}: ${message}`);
    },
  };
  const poller = createHttpPoller(
    {
      sendInitialRequest: async () => answered(await requests.start(inner)),
      sendPollRequest: async (url) => answered(await requests.poll(url, inner)),
    },
    { intervalInMs: pollInterval, resolveOnUnsuccessful: true, skipFinalGet: true },
  );
  const stop = keepInformed(waiter, doing, () => note ?? stateOf(last?.body));
  try {
    await poller.pollUntilDone({ abortSignal: waiter.signal });
  } catch (error) {
    waiter.signal.throwIfAborted();
    throw error;
  } finally {
    stop();
  }
  if (poller.operationState?.status !== "succeeded") {
    const body = last?.body as { error?: unknown } | undefined;
    throw body?.error === undefined
      ? new Error(`the operation ended with the state ${stateOf(body) ?? "unknown"}`)
      : managerError(last?.statusCode ?? 0, body);
  }
}
