/** Retries requests to Resource Manager, by the official plugin's rules. */
import { setTimeout as sleep } from "node:timers/promises";

/** The parts of an HTTP response that retries depend on. */
export interface Answer {
  status: number;
  retryAfter: string | undefined;
  body: unknown;
}

export interface RetryOptions {
  signal: AbortSignal;
  /** Called before each wait. */
  onRetry: (reason: string, seconds: number) => void;
  /** The first wait in milliseconds; each later one is twice as long. The official plugin starts with 20 s. */
  firstDelay?: number;
}

const maxRetries = 3;
const maxDelay = 120_000;
const transientStatuses = new Set([408, 429, 500, 502, 503, 504]);
const transientErrors = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"]);

function reasonToRetry({ status, body }: Answer): string | undefined {
  const code = (body as { error?: { code?: unknown } } | undefined)?.error?.code;
  if (transientStatuses.has(status)) {
    return typeof code === "string" ? `${status} ${code}` : String(status);
  }
  return status === 409 && code === "AnotherOperationInProgress" ? "another operation is in progress" : undefined;
}

/** The code of a failed connection that can be retried. `fetch` has it in the error's cause. */
function transientError(error: unknown): string | undefined {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const found = code ?? cause?.code;
  return typeof found === "string" && transientErrors.has(found) ? found : undefined;
}

/** The wait in milliseconds that `Retry-After` asks for, in seconds or as a date. */
function askedDelay(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) {
    return undefined;
  }
  const seconds = Number(retryAfter);
  const delay = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}

/** Sends a request until its result cannot be retried, or all retries are used. Returns or throws the last result. */
export async function withRetries<T extends Answer>(send: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, onRetry, firstDelay = 1000 } = options;
  for (let retries = 0; ; retries += 1) {
    const backOff = Math.min(firstDelay * 2 ** retries, maxDelay);
    let reason: string | undefined;
    let delay = backOff;
    try {
      const answer = await send();
      reason = reasonToRetry(answer);
      if (reason === undefined || retries === maxRetries) {
        return answer;
      }
      delay = askedDelay(answer.retryAfter) ?? backOff;
    } catch (error) {
      reason = transientError(error);
      if (signal.aborted || retries === maxRetries || reason === undefined) {
        throw error;
      }
    }
    onRetry(reason, Math.ceil(delay / 1000));
    await sleep(delay, undefined, { signal });
  }
}
