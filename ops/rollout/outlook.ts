/** Judges a rollout from one check to the next: what is new, and whether a cause rules out success. */
import { recoveryFrom } from "../doctor/causes/causeCodes.ts";
import type { Finding } from "../doctor/finding.ts";

/** A cause that keeps the newest revision of a Deployment from becoming available. */
export interface Obstacle {
  /** "NAMESPACE/NAME" */
  deployment: string;
  /** UID of the ReplicaSet. */
  replicaSet: string;
  finding: Finding;
  /** Number of failed pulls or runs so far. */
  failedAttempts: number;
}

export interface Judgment {
  /** Obstacles that no earlier check found. */
  news: Obstacle[];
  /** The obstacle that waiting cannot remove. */
  hopeless?: Obstacle;
}

/** A cause must persist this long before it ends a rollout: objects of one update may appear in any order. */
export const confirmationMilliseconds = 5_000;

export class Outlook {
  readonly #reported = new Set<string>();
  /** First and last time that each obstacle was seen, in milliseconds. */
  readonly #seen = new Map<string, { first: number; last: number }>();

  /** @param now in milliseconds */
  judge(obstacles: readonly Obstacle[], now: number): Judgment {
    const news = obstacles.filter((obstacle) => !this.#reported.has(keyOf(obstacle)));
    for (const obstacle of obstacles) {
      const key = keyOf(obstacle);
      this.#reported.add(key);
      const before = this.#seen.get(key);
      // A container changes its state between two attempts, so a short absence is not a recovery.
      const stands = before !== undefined && now - before.last <= confirmationMilliseconds;
      this.#seen.set(key, { first: stands ? before.first : now, last: now });
    }
    const hopeless = obstacles.find((obstacle) => this.#isHopeless(obstacle, now));
    return { news, ...(hopeless === undefined ? {} : { hopeless }) };
  }

  #isHopeless(obstacle: Obstacle, now: number): boolean {
    const recovery = recoveryFrom(obstacle.finding.code);
    if (recovery === "possible") return false;
    if (recovery !== "impossible") return obstacle.failedAttempts >= recovery;
    const { first = now } = this.#seen.get(keyOf(obstacle)) ?? {};
    return now - first >= confirmationMilliseconds;
  }
}

export const whyHopeless = ({ finding: { code, title } }: Obstacle): string => `waiting cannot fix ${code} (${title})`;

const keyOf = ({ deployment, replicaSet, finding: { code, container = "" } }: Obstacle): string =>
  [deployment, replicaSet, code, container].join(" ");
