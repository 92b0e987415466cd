/** Long-running operations: one request, and then the questions how far it is, until it has ended. */
import { createHttpPoller } from "@azure/core-lro";
import type { OperationResponse, RawResponse } from "@azure/core-lro";

import { armError } from "./managerError.ts";

/** Somebody who waits for an operation. */
export interface Waiter {
  /** Ends the wait; the operation itself goes on. */
  signal: AbortSignal;
  /** Told what is being waited for. */
  status(message: string): void;
}

/** The request was accepted, and then the operation failed or was not waited for: the resource may well exist. */
export class UnfinishedOperation extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = "UnfinishedOperation";
  }
}

export interface Requests {
  /** The request that starts the operation. Refusals are thrown. */
  start(waiter: Waiter): Promise<RawResponse>;
  /** Asks for the operation's state at this address. Refusals are thrown. */
  poll(url: string, waiter: Waiter): Promise<RawResponse>;
}

/** Milliseconds between two questions where the service does not say. */
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

/** Says what is being waited for, and for how long already, until it is told to stop. */
function keepInformed(waiter: Waiter, doing: string, state: () => string | undefined): () => void {
  const started = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    waiter.status(`${doing}: ${state() ?? "waiting for an answer"} (${seconds} s)`);
  }, statusInterval);
  return () => clearInterval(timer);
}

/**
 * Runs an operation to its end.
 *
 * @param doing what is being done, such as `creating`; shown while it lasts
 * @throws ArmError when the request is refused
 * @throws UnfinishedOperation when it was accepted and then failed, or when the waiter's signal ended the wait
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
      : armError(last?.statusCode ?? 0, body);
  }
}
