/**
 * Watches the rollouts of one update: checks the newest revision of the stack's Deployments every few seconds, reports
 * each new cause as one line, and ends when a cause rules out success.
 */
import { diagnose } from "../doctor/diagnose.ts";
import type { Observation } from "../doctor/observation.ts";
import { CannotLook, NothingDeployed } from "../doctor/target.ts";
import { failedAttempts } from "./failedAttempts.ts";
import { limitedTo, newestReplicaSets } from "./newestRevision.ts";
import { type Obstacle, Outlook } from "./outlook.ts";
import type { UpdateState } from "./updateState.ts";

/** Data sources and clock of a watch; tests replace them. */
export interface Watched {
  /** The current state of the update. @throws Error if it cannot be read at the moment */
  state(): Promise<UpdateState>;
  /** Reads one namespace of the stack's cluster. @throws CannotLook */
  look(kubeconfig: string, namespace: string): Promise<Observation>;
  say(line: string): void;
  /** In milliseconds. */
  now(): number;
  /** Returns early if the watch is ending. */
  pause(milliseconds: number): Promise<void>;
}

const lookMilliseconds = 2_000;
/** Reading the state starts a Pulumi CLI, which costs half a second of processor time. */
const stateMilliseconds = 4_000;
/** Time from the start of an operation on a Deployment until its new revision certainly exists. */
const settleMilliseconds = 4_000;

/** @returns the obstacle that waiting cannot remove; undefined if `signal` ended the watch */
export async function watchRollout(watched: Watched, signal: AbortSignal): Promise<Obstacle | undefined> {
  const watch = new RolloutWatch(watched);
  while (!signal.aborted) {
    const hopeless = await watch.round();
    if (hopeless !== undefined) return hopeless;
    await watched.pause(lookMilliseconds);
  }
  return undefined;
}

class RolloutWatch {
  readonly #watched: Watched;
  readonly #outlook = new Outlook();
  #state: UpdateState | undefined;
  #stateReadAt = -Infinity;
  /** The Deployments that existed before the update. */
  #deploymentsBefore: ReadonlySet<string> | undefined;
  /** By namespace: the UIDs of the ReplicaSets that existed at the first check. */
  readonly #replicaSetsBefore = new Map<string, ReadonlySet<string>>();
  /** By Deployment: since when Pulumi has been working on it. */
  readonly #inProgressSince = new Map<string, number>();
  #complained = false;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** One check. Never throws: a failed check says nothing about the rollout, and the next one may succeed. */
  async round(): Promise<Obstacle | undefined> {
    try {
      return await this.#look();
    } catch (error) {
      if (error instanceof CannotLook && !this.#complained) {
        this.#complained = true;
        this.#watched.say(`doctor: cannot watch the rollout: ${error.message}`);
      }
      return undefined;
    }
  }

  async #look(): Promise<Obstacle | undefined> {
    if ((this.#state?.deployments ?? []).length === 0) await this.#readState();
    const { kubeconfig, deployments = [] } = this.#state ?? {};
    if (kubeconfig === undefined) return undefined;
    const obstacles: Obstacle[] = [];
    for (const namespace of new Set(deployments.map(namespaceOf))) {
      try {
        obstacles.push(...this.#obstaclesIn(namespace, await this.#watched.look(kubeconfig, namespace)));
      } catch (error) {
        if (!(error instanceof NothingDeployed)) throw error;
      }
    }
    if (obstacles.some((obstacle) => !this.#isNew(obstacle))) await this.#readState();
    const now = this.#watched.now();
    const counted = obstacles.filter((obstacle) => this.#isNew(obstacle) || this.#isInProgress(obstacle, now));
    const { news, hopeless } = this.#outlook.judge(counted, now);
    for (const obstacle of news) this.#watched.say(lineAbout(obstacle));
    return hopeless;
  }

  async #readState(): Promise<void> {
    const now = this.#watched.now();
    if (now - this.#stateReadAt < stateMilliseconds) return;
    this.#stateReadAt = now;
    const state = await this.#watched.state();
    this.#state = state;
    this.#deploymentsBefore ??= new Set(state.deployments);
    for (const name of this.#inProgressSince.keys()) {
      if (!state.inProgress.includes(name)) this.#inProgressSince.delete(name);
    }
    for (const name of state.inProgress) {
      if (!this.#inProgressSince.has(name)) this.#inProgressSince.set(name, now);
    }
  }

  #obstaclesIn(namespace: string, observation: Observation): Obstacle[] {
    const uids = observation.replicaSets.map(({ metadata }) => metadata?.uid ?? "");
    if (!this.#replicaSetsBefore.has(namespace)) this.#replicaSetsBefore.set(namespace, new Set(uids));
    return [...newestReplicaSets(observation)].flatMap(([name, replicaSet]) => {
      const newest = limitedTo(observation, [replicaSet]);
      // Problems between clients and pods keep no pod from becoming available.
      const findings = diagnose(newest).findings.filter(({ stage }) => stage !== "reach");
      return findings.map((finding) => ({
        deployment: `${namespace}/${name}`,
        replicaSet: replicaSet.metadata?.uid ?? "",
        finding,
        failedAttempts: failedAttempts(newest, finding),
      }));
    });
  }

  /** Whether this update created the revision. */
  #isNew({ deployment, replicaSet }: Obstacle): boolean {
    if (!(this.#state?.deployments ?? []).includes(deployment)) return false;
    const before = this.#replicaSetsBefore.get(namespaceOf(deployment));
    return this.#deploymentsBefore?.has(deployment) !== true || before?.has(replicaSet) !== true;
  }

  /** An older revision that already fails counts only if this update waits for it and leaves it the newest. */
  #isInProgress({ deployment }: Obstacle, now: number): boolean {
    return now - (this.#inProgressSince.get(deployment) ?? Infinity) >= settleMilliseconds;
  }
}

const namespaceOf = (deployment: string): string => deployment.split("/")[0] ?? "";

const evidenceLength = 300;

/** "doctor: CODE: TITLE (pod/a, pod/b): FIRST EVIDENCE" */
export function lineAbout({ finding: { code, title, affected, evidence } }: Obstacle): string {
  const [first = ""] = evidence;
  const seen = first.replace(/\s+/g, " ").slice(0, evidenceLength);
  return `doctor: ${code}: ${title} (${affected.join(", ")}): ${seen}`;
}
