/** How long each problem has been seen during one wait. */
import type { Problem, Verdict } from "./verdict.ts";

// Different words for one problem: the kubelet alternates between trying and backing off.
const families: Record<string, string> = {
  CrashLoopBackOff: "crash",
  ErrImagePull: "image",
  Error: "crash",
  ImagePullBackOff: "image",
  OOMKilled: "crash",
};

/** Turns a wait into a failure once a problem has lasted longer than it can last and still go away. */
export class Patience {
  readonly #firstSeen = new Map<string, number>();

  /** @param now in milliseconds */
  judge(verdict: Verdict, now: number): Verdict {
    if (verdict.state !== "waiting") {
      return verdict;
    }
    return verdict.problems.some((problem) => this.#isOver(problem, now))
      ? { state: "failed", problems: verdict.problems }
      : verdict;
  }

  #isOver({ reason, patienceSeconds }: Problem, now: number): boolean {
    const family = families[reason] ?? reason;
    const since = this.#firstSeen.get(family) ?? now;
    this.#firstSeen.set(family, since);
    return patienceSeconds !== undefined && now - since >= patienceSeconds * 1000;
  }
}
