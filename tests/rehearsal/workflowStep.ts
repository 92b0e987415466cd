/** A step of a workflow file, run on this machine: the very line that stands there, with the variables it gets there. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";

export interface StepRun {
  /** The line, as it stands in the workflow. */
  command: string;
  code: number;
  /** All that it printed. */
  said: string;
  seconds: number;
}

export interface StepContext {
  /** The repository, as a runner would have checked it out. */
  folder: string;
  /** Of the runner: what the steps before this one prepared. */
  env: NodeJS.ProcessEnv;
  /** Values of expressions, e.g. `inputs.stack`. */
  values: Record<string, string>;
  /** Told each line that it prints. */
  say: (line: string) => void;
}

interface Job {
  env?: Record<string, string>;
  steps: { run?: string; env?: Record<string, string> }[];
}

/** The sign-in to Azure and to the state is that of the local environment: no token of GitHub's is to be had here. */
const signIn = /^(?:ARM_|AZURE_|AAD_|PULUMI_BACKEND_URLS?$)/;

/**
 * @param which the step's line, by a part of it
 * @throws Error when there is no such step, or when it needs a variable that nobody gives it
 */
export async function runStep(file: string, job: string, which: RegExp, context: StepContext): Promise<StepRun> {
  const workflow = parse(readFileSync(join(context.folder, ".github", "workflows", file), "utf8")) as {
    jobs: Record<string, Job>;
  };
  const { steps = [], env = {} } = workflow.jobs[job] ?? {};
  const found = steps.filter(({ run }) => run !== undefined && which.test(run));
  const [step] = found;
  if (step?.run === undefined || found.length > 1)
    throw new Error(`${file}, job "${job}": ${found.length} steps match ${String(which)}, and not one`);
  const own = Object.entries({ ...env, ...step.env }).filter(([name]) => !signIn.test(name));
  const given = Object.fromEntries(own.map(([name, value]) => [name, filledIn(value, context.values)]));
  return { command: step.run, ...(await inShell(step.run, { ...context, env: { ...context.env, ...given } })) };
}

/** @throws Error for an expression that has no value here */
export function filledIn(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\$\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) => {
    // A variable of the repository is set, whatever stands for one that is not.
    const value = values[expression.replace(/^(vars\.\w+) \|\| .*$/, "$1")];
    if (value === undefined) throw new Error(`the expression "${expression}" has no value in this rehearsal`);
    return value;
  });
}

/** As a runner does it: `shell: bash`. */
async function inShell(command: string, { folder, env, say }: StepContext): Promise<Omit<StepRun, "command">> {
  const started = Date.now();
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", command], {
    ...{ cwd: folder, env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      say(line);
    });
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  return { code: code ?? -1, said: lines.join("\n"), seconds: Math.round((Date.now() - started) / 1000) };
}
