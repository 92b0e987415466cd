/**
 * Decides when a job of a workflow may start: concurrency groups, and the protection of environments.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 * https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 */
export interface WaitingJob {
  run: string;
  /** `github.ref` of the run. */
  ref: string;
  environment?: string;
  group?: string;
  /** "max": more than one job may wait. */
  queue?: string;
}

export interface Protection {
  /** The only branch whose runs may deploy. Default: any. */
  branch?: string;
  /** Whether a deployment needs an approval. */
  reviewed?: boolean;
}

/** A job does not start, with GitHub's message. */
export class Refused extends Error {}

interface Waiting {
  job: WaitingJob;
  admit: () => void;
  refuse: (reason: Refused) => void;
}

/** GitHub ignores the case of a group's name. */
const keyOf = (group: string) => group.toLowerCase();

export class JobAdmission {
  readonly protections: Record<string, Protection> = {};
  /** Environments whose jobs wait for an approval, in the order of arrival. */
  readonly unapproved: { environment: string; approve: () => void; reject: () => void }[] = [];
  readonly #running = new Map<string, WaitingJob>();
  readonly #waiting = new Map<string, Waiting[]>();
  /** Called for each job that has to wait for its group. */
  onWait: (job: WaitingJob) => void = () => undefined;

  /** Resolves when the job may start. @throws Refused */
  async admitted(job: WaitingJob): Promise<void> {
    await this.#protection(job);
    await this.#turn(job);
  }

  /** The job has ended, also one that was canceled while it waited for its group. */
  ended({ run, group }: WaitingJob): void {
    if (group === undefined) return;
    const key = keyOf(group);
    const waiting = this.#waiting.get(key) ?? [];
    if (this.#running.get(key)?.run !== run) {
      this.#waiting.set(
        key,
        waiting.filter(({ job }) => job.run !== run),
      );
      return;
    }
    this.#running.delete(key);
    const next = waiting.shift();
    if (next === undefined) return;
    this.#running.set(key, next.job);
    next.admit();
  }

  /** Whether a job of the group runs. */
  runs(group: string): boolean {
    return this.#running.has(keyOf(group));
  }

  /** The jobs that wait for a group. */
  waiting(group: string): WaitingJob[] {
    return (this.#waiting.get(keyOf(group)) ?? []).map(({ job }) => job);
  }

  async #protection({ environment, ref }: WaitingJob): Promise<void> {
    if (environment === undefined) return;
    const { branch, reviewed = false } = this.protections[environment] ?? {};
    const of = ref.replace(/^refs\/(?:heads|tags)\//, "");
    if (branch !== undefined && ref !== `refs/heads/${branch}`)
      throw new Refused(
        `Branch "${of}" is not allowed to deploy to ${environment} due to environment protection rules.`,
      );
    if (!reviewed) return;
    await new Promise<void>((approve, reject) =>
      this.unapproved.push({
        ...{ environment, approve },
        reject: () => reject(new Refused(`The deployment to ${environment} was rejected.`)),
      }),
    );
  }

  /** One job of a group runs. One waits, and a newer one displaces it. With `queue: max`, all of them wait in order. */
  async #turn(job: WaitingJob): Promise<void> {
    const { group, queue } = job;
    if (group === undefined) return;
    const key = keyOf(group);
    if (!this.#running.has(key)) {
      this.#running.set(key, job);
      return;
    }
    const waiting = this.#waiting.get(key) ?? [];
    const displaced = queue === "max" ? [] : waiting.splice(0);
    for (const { refuse } of displaced)
      refuse(new Refused(`Canceling since a higher priority waiting request for '${group}' exists`));
    await new Promise<void>((admit, refuse) => {
      waiting.push({ job, admit, refuse });
      this.#waiting.set(key, waiting);
      this.onWait(job);
    });
  }
}
