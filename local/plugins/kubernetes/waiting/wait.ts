/** Waiting until an object is as it should be, or until it is certain that it will not be. */
import { setTimeout as delay } from "node:timers/promises";

import type { ResourceLog } from "../../rpc/engineLog.ts";
import { isNotFound } from "../cluster.ts";
import type { Cluster, ObjectName } from "../cluster.ts";
import { describe } from "../kubeObject.ts";
import type { KubeObject } from "../kubeObject.ts";
import { withLastWords } from "./lastWords.ts";
import { Patience } from "./patience.ts";
import { problemText, summarize } from "./verdict.ts";
import type { Assessment, Problem, Verdict } from "./verdict.ts";

/** Between two looks at the cluster. */
const pollMilliseconds = 500;

/** Time as a wait sees it; tests have their own. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** @throws when the signal is aborted meanwhile. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
};

export interface WaitOptions {
  cluster: Cluster;
  timeoutSeconds: number;
  log: ResourceLog;
  signal: AbortSignal;
  clock?: Clock;
}

/** The object exists and is not ready. */
export class NotReadyError extends Error {
  readonly live: KubeObject;
  /** What happened, then each cause on its own. */
  readonly reasons: string[];
  constructor(live: KubeObject, headline: string, problems: Problem[]) {
    const causes = summarize(problems);
    super([headline, ...causes].join("\n"));
    this.name = "NotReadyError";
    this.live = live;
    this.reasons = [headline, ...causes];
  }
}

export function nameOf(object: KubeObject): ObjectName {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? "" };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One look; an API server that does not answer for a moment is no reason to give up. */
async function look(object: KubeObject, assess: Assessment, cluster: Cluster, signal: AbortSignal): Promise<Look> {
  try {
    const live = await cluster.get(nameOf(object), signal);
    return { live, verdict: await assess(live, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (isNotFound(error)) {
      const problem = { reason: "NotFound", message: "it was deleted while it was waited for" };
      return { live: object, verdict: { state: "failed", problems: [problem] } };
    }
    return { live: object, verdict: { state: "waiting", status: messageOf(error), problems: [] } };
  }
}

function statusText(status: string, [first]: Problem[]): string {
  return first === undefined ? status : `${status}. ${problemText(first)}`;
}

interface Look {
  live: KubeObject;
  verdict: Verdict;
}

/**
 * Waits until the assessment calls the object ready; returns it as it is then. What it waits for is shown in the
 * resource's line.
 *
 * @throws NotReadyError when it failed, when time is up, or when the user pressed Ctrl-C.
 */
export async function waitUntilReady(
  object: KubeObject,
  assess: Assessment,
  options: WaitOptions,
): Promise<KubeObject> {
  const { cluster, timeoutSeconds, log, signal, clock = realClock } = options;
  const deadline = clock.now() + timeoutSeconds * 1000;
  const patience = new Patience();
  let live = object;
  let problems: Problem[] = [];
  let shown = "";
  for (;;) {
    try {
      const seen = await look(live, assess, cluster, signal);
      live = seen.live;
      const verdict = patience.judge(seen.verdict, clock.now());
      if (verdict.state === "ready") {
        log.status("");
        return live;
      }
      problems = verdict.problems;
      const isLate = clock.now() >= deadline;
      if (verdict.state === "failed" || isLate) {
        problems = await withLastWords(problems, cluster, live.metadata.namespace ?? "", signal);
      }
      if (verdict.state === "failed") {
        throw new NotReadyError(live, `${describe(live)} will not become ready`, problems);
      }
      if (isLate) {
        const headline = `${describe(live)} did not become ready within ${timeoutSeconds} s. ${verdict.status}`;
        throw new NotReadyError(live, headline, problems);
      }
      const text = statusText(verdict.status, problems);
      if (text !== shown) {
        log.status(text);
        shown = text;
      }
      await clock.sleep(pollMilliseconds, signal);
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
      throw new NotReadyError(live, `the wait for ${describe(live)} to become ready was cancelled`, problems);
    }
  }
}

function deletionStatus(live: KubeObject): string {
  const conditions = (live.status as { conditions?: { type: string; status: string; message?: string }[] } | undefined)
    ?.conditions;
  const remaining = conditions?.find(({ type, status }) => type === "NamespaceContentRemaining" && status === "True");
  if (remaining?.message !== undefined) {
    return `Waiting for deletion: ${remaining.message}`;
  }
  const finalizers = live.metadata.finalizers ?? [];
  return finalizers.length === 0 ? "Waiting for deletion" : `Waiting for deletion (${finalizers.join(", ")})`;
}

/**
 * Waits until this very object is gone; another one that has taken its name since is none of its business.
 *
 * @throws NotReadyError when time is up or the user pressed Ctrl-C: the deletion goes on in the cluster.
 */
export async function waitUntilGone(name: ObjectName, uid: string | undefined, options: WaitOptions): Promise<void> {
  const { cluster, timeoutSeconds, log, signal, clock = realClock } = options;
  const deadline = clock.now() + timeoutSeconds * 1000;
  let live: KubeObject | undefined;
  let shown = "";
  try {
    for (;;) {
      live = await cluster.get(name, signal);
      if (uid !== undefined && live.metadata.uid !== uid) {
        break;
      }
      const text = deletionStatus(live);
      if (text !== shown) {
        log.status(text);
        shown = text;
      }
      if (clock.now() >= deadline) {
        const headline = `${describe(live)} was still there after ${timeoutSeconds} s. ${text}`;
        throw new NotReadyError(live, headline, []);
      }
      await clock.sleep(pollMilliseconds, signal);
    }
  } catch (error) {
    if (!isNotFound(error)) {
      if (error instanceof NotReadyError || live === undefined) {
        throw error;
      }
      const what = signal.aborted ? "the wait was cancelled" : messageOf(error);
      throw new NotReadyError(live, `the deletion of ${describe(live)} was not seen to end: ${what}`, []);
    }
  }
  log.status("");
}
