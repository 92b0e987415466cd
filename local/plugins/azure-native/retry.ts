/** Which answers of Resource Manager are tried again, after how long, as the official plugin does. */
import { setTimeout as sleep } from "node:timers/promises";

/** An HTTP response as far as retrying looks at it. */
export interface Answer {
  status: number;
  retryAfter: string | undefined;
  body: unknown;
}

export interface RetryOptions {
  signal: AbortSignal;
  /** Told before each wait. */
  onRetry: (reason: string, seconds: number) => void;
  /** The first wait, in milliseconds; it doubles from time to time. The official plugin starts with 20 s. */
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

/** The code of a request that got no answer; `fetch` has it in the error's cause. */
function transientError(error: unknown): string | undefined {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const found = code ?? cause?.code;
  return typeof found === "string" && transientErrors.has(found) ? found : undefined;
}

/** Milliseconds that the answer asks to wait: seconds or a date in `Retry-After`. */
function askedDelay(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) {
    return undefined;
  }
  const seconds = Number(retryAfter);
  const delay = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}

/** Sends until the answer is not one to try again, or the retries are used up: then the last answer is returned or thrown. */
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
