import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../progress.ts";

/**
 * Waits until the service answers 200 at its URL.
 * @throws Error with the last answer after `seconds`
 */
export async function waitUntilServing(url: string, report: Report, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const problem = await problemOf(url);
    if (problem === undefined) return;
    if (Date.now() > deadline)
      throw new Error(
        `${url} does not answer as expected: ${problem}. To see the pods: npm run with-local -- kubectl get pods,events --all-namespaces`,
      );
    report(problem);
    await sleep(500);
  }
}

async function problemOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return response.status === 200 ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
