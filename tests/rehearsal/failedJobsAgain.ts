/**
 * "Re-run failed jobs": failed jobs, and those that need them, run again. The others keep their results and their outputs.
 * https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs
 */
import { parse, stringify } from "yaml";
import type { JobRun } from "./actLog.ts";

interface Job {
  needs?: string | string[];
  /** The called workflow, "./.github/workflows/FILE". */
  uses?: string;
  [key: string]: unknown;
}

/** A job of an earlier attempt, with its path from the workflow at hand. */
interface Earlier {
  path: readonly string[];
  run: JobRun;
}

export interface Again {
  /** The workflows, by name of the file. Each calling job has a copy of the workflow that it calls. */
  files: Record<string, string>;
  /** The jobs that do not run again. */
  kept: JobRun[];
}

/**
 * @param files the workflows, by name of the file
 * @param file of the run
 * @param jobs of the earlier attempt
 */
export function failedJobsAgain(files: Readonly<Record<string, string>>, file: string, jobs: readonly JobRun[]): Again {
  const again: Again = { files: { ...files }, kept: [] };
  const earlier = jobs.map((run) => ({ path: run.path.split("/"), run }));
  again.files[file] = attempt(again, files[file] ?? "", earlier);
  return again;
}

/** @returns the workflow, in which the jobs to keep only repeat their outputs */
function attempt(again: Again, text: string, earlier: readonly Earlier[]): string {
  const workflow = parse(text) as { jobs: Record<string, Job> };
  const { jobs } = workflow;
  const runsOf = (id: string) =>
    jobs[id]?.uses === undefined
      ? earlier.filter(({ path, run }) => path.length === 2 && run.id === id)
      : earlier.filter(({ path }) => path.length > 2 && path[0] === id);
  const failed = (id: string) => runsOf(id).some(({ run }) => run.result !== "success");
  const needsFailed = (id: string): boolean =>
    [jobs[id]?.needs ?? []].flat().some((needed) => failed(needed) || needsFailed(needed));
  for (const [id, job] of Object.entries(jobs)) {
    const runs = needsFailed(id) ? [] : runsOf(id);
    if (job.uses !== undefined) {
      const called = job.uses.split("/").at(-1) ?? "";
      const own = `${id}-${called}`;
      const inside = runs.map(({ path, run }) => ({ path: path.slice(1), run }));
      again.files[own] = attempt(again, again.files[called] ?? "", inside);
      job.uses = `./.github/workflows/${own}`;
    } else if (runs.length > 0 && !failed(id)) {
      again.kept.push(...runs.map(({ run }) => run));
      const { needs, if: condition, strategy, outputs, ["runs-on"]: machine } = job;
      const steps = stepsFor(runs.map(({ run }) => run));
      jobs[id] = { ...{ needs, if: condition, strategy, outputs, "runs-on": machine }, steps };
    }
  }
  return stringify(workflow);
}

/** Steps that print nothing and set the outputs of an earlier attempt. */
function stepsFor(runs: readonly JobRun[]): object[] {
  const outputs = Object.assign({}, ...runs.map((run) => run.outputs)) as JobRun["outputs"];
  const steps = Object.entries(outputs).map(([id, values]) => {
    const lines = Object.entries(values).map(([name, value]) => `${name}<<END_OF_OUTPUT\n${value}\nEND_OF_OUTPUT\n`);
    return { id, shell: "bash", env: { KEPT: lines.join("") }, run: 'printf "%s" "$KEPT" >> "$GITHUB_OUTPUT"' };
  });
  return [{ shell: "bash", run: ":" }, ...steps];
}
