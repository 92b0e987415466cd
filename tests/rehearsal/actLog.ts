/** Reads act's log of a run, with one JSON object per line: which jobs ran, what their steps printed, and their results. */
export interface JobRun {
  /** E.g. "deploy" of a reusable workflow; with its path from the workflow that called it in `path`. */
  id: string;
  /** E.g. "dev/deploy a stack/deploy". */
  path: string;
  result: "success" | "failure" | "unfinished";
  /** The output of its steps, without act's own messages. */
  said: string;
  /** Its summary on the run's page. */
  summary: string;
  /** Failed commands. */
  failed: string[];
  /** The outputs of its steps, by id of the step. */
  outputs: Record<string, Record<string, string>>;
}

interface Line {
  job?: string;
  jobID?: string;
  matrix?: Record<string, unknown>;
  msg?: string;
  raw_output?: boolean;
  command?: string;
  content?: string;
  /** Name and value of an output. */
  name?: string;
  arg?: string;
  raw?: string;
  stepID?: string[];
  step?: string;
  stepResult?: string;
  jobResult?: string;
}

export class ActLog {
  readonly #jobs = new Map<string, JobRun>();
  /** Messages of act outside of any job: why it could not run. */
  readonly other: string[] = [];

  /** @returns the output of a step, if the line has any */
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
    // A step of an action has the ids of both.
    const [step = "", ...inside] = line.stepID ?? [];
    if (line.command === "set-output" && inside.length === 0)
      job.outputs[step] = { ...job.outputs[step], [line.name ?? ""]: line.arg ?? "" };
    // Commands to the runner, such as "::error::", have their text in another field.
    const printed = line.raw_output === true ? line.msg : line.command === "error" ? line.raw : undefined;
    if (printed === undefined) return undefined;
    job.said += printed;
    return printed.replace(/\r?\n$/, "");
  }

  #jobOf({ job = "", jobID = "", matrix = {} }: Line): JobRun {
    const path = job.trim();
    const key = `${path} ${JSON.stringify(matrix)}`;
    const known = this.#jobs.get(key) ?? {
      ...{ id: jobID, path, result: "unfinished" as const, said: "", summary: "", failed: [], outputs: {} },
    };
    this.#jobs.set(key, known);
    return known;
  }

  /** The jobs that ran, without skipped jobs. */
  get jobs(): JobRun[] {
    return [...this.#jobs.values()];
  }
}
