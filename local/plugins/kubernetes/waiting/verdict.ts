/** How an object is doing, as one look at it tells. */
import type { KubeObject } from "../kubeObject.ts";

/** Something that keeps an object from becoming ready. */
export interface Problem {
  /** Kubernetes' own word for it, such as `ImagePullBackOff`. */
  reason: string;
  /** What it says about it, with the pod or container it is about. */
  message: string;
  /**
   * Seconds after which it will not go away by itself; undefined where waiting may help to the end. What Kubernetes tries
   * again, or what another resource of the same deployment may still mend, gets more of them.
   */
  patienceSeconds?: number | undefined;
  /** The container whose last words may say more than Kubernetes does. */
  crashed?: { pod: string; container: string };
}

export type Verdict =
  | { state: "ready" }
  /** `status` says in a few words how far it is. */
  | { state: "waiting"; status: string; problems: Problem[] }
  /** It will not become ready; the problems say why. */
  | { state: "failed"; problems: Problem[] };

/** Looks at the live object, and at what belongs to it, and judges. */
export type Assessment = (live: KubeObject, signal: AbortSignal) => Promise<Verdict>;

export const ready: Verdict = { state: "ready" };

export function problemText({ reason, message }: Problem): string {
  return `[${reason}] ${message}`;
}

/** Problems with the same reason and message, of several pods, are one, counted. */
export function summarize(problems: Problem[]): string[] {
  const counts = new Map<string, number>();
  for (const problem of problems) {
    const text = problemText(problem);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (count === 1 ? text : `(${count} times) ${text}`));
}
