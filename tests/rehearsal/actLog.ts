/** What act tells of a run, line by line as JSON: which jobs ran, what their steps printed, and how they ended. */
export interface JobRun {
  /** E.g. "deploy" of a reusable workflow; with its path from the workflow that called it in `path`. */
  id: string;
  /** E.g. "dev/deploy a stack/deploy". */
  path: string;
  result: "success" | "failure" | "unfinished";
  /** What its steps printed, without what act says itself. */
  said: string;
  /** What it shows on the run's page. */
  summary: string;
  /** Commands that ended with an error. */
  failed: string[];
}

interface Line {
  job?: string;
  jobID?: string;
  matrix?: Record<string, unknown>;
  msg?: string;
  raw_output?: boolean;
  command?: string;
  content?: string;
  raw?: string;
  stepID?: string[];
  step?: string;
  stepResult?: string;
  jobResult?: string;
}

export class ActLog {
  readonly #jobs = new Map<string, JobRun>();
  /** What act says outside of any job: why it could not run. */
  readonly other: string[] = [];

  /** @returns what the step of a workflow printed, if that is what the line is */
  read(text: string): string | undefined {
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      this.other.push(text);
      return undefined;
    }
    if (line.job === undefined) {
      this.other.push(line.msg ?? text);
      return undefined;
    }
    const job = this.#jobOf(line);
    if (line.jobResult !== undefined) job.result = line.jobResult === "success" ? "success" : "failure";
    if (line.stepResult === "failure" && line.stepID?.length === 1) job.failed.push(line.step ?? "");
    if (line.command === "summary") job.summary += line.content ?? "";
    // Commands to the runner, such as "::error::", come with their own words.
    const printed = line.raw_output === true ? line.msg : line.command === "error" ? line.raw : undefined;
    if (printed === undefined) return undefined;
    job.said += printed;
    return printed.replace(/\r?\n$/, "");
  }

  #jobOf({ job = "", jobID = "", matrix = {} }: Line): JobRun {
    const path = job.trim();
    const key = `${path} ${JSON.stringify(matrix)}`;
    const known = this.#jobs.get(key) ?? {
      ...{ id: jobID, path, result: "unfinished" as const, said: "", summary: "", failed: [] },
    };
    this.#jobs.set(key, known);
    return known;
  }

  /** The jobs that ran; those that were skipped are not among them. */
  get jobs(): JobRun[] {
    return [...this.#jobs.values()];
  }
}
