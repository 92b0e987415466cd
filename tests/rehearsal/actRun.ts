/** Runs a workflow with act, with the jobs on this machine: https://nektosact.com/usage/index.html */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { ActLog, type JobRun } from "./actLog.ts";

export interface ActRequest {
  /** act's program. */
  program: string;
  /** Folder with the `.github` of the workflow's commit. */
  folder: string;
  /** Name of the file in `.github/workflows`. */
  workflow: string;
  event: string;
  /** File with the event's payload. */
  payload: string;
  /** Folder for act's own files and the workspaces of the jobs. */
  scratch: string;
  /** Folders of actions, by "OWNER/NAME@REF". */
  actions: Record<string, string>;
  variables: Record<string, string>;
  /** Variables that GitHub sets, e.g. GITHUB_SHA. */
  github: Record<string, string>;
  /** The account that started the run. */
  actor: string;
  /** A text that must not appear in logs. */
  secret: string;
  /** The environment variables of the runner. */
  env: NodeJS.ProcessEnv;
  /** Called with each line that a step prints. */
  say: (line: string) => void;
}

export interface WorkflowRun {
  /** `github.run_id`. */
  id: string;
  workflow: string;
  /** With those that did not run again in this attempt, which are also in `kept`. */
  jobs: JobRun[];
  kept: readonly JobRun[];
  seconds: number;
}

export interface RunAtWork {
  end: Promise<WorkflowRun>;
  /** Cancels the run like GitHub, and kills its remaining processes. */
  cancel: () => Promise<WorkflowRun>;
}

const pairs = (option: string, values: Record<string, string>, join = "=") =>
  Object.entries(values).flatMap(([name, value]) => [option, `${name}${join}${value}`]);

/** @throws Error through `end` when act could not run the workflow */
export function startAct(request: ActRequest): RunAtWork {
  const { workflow, github, scratch } = request;
  const started = Date.now();
  const child = spawn(
    request.program,
    [
      ...[request.event, "--json", "--directory", request.folder, "--workflows", `.github/workflows/${workflow}`],
      ...["--eventpath", request.payload, "--actor", request.actor, "--action-cache-path", scratch],
      // The jobs check out what they need, with the action.
      ...["--no-skip-checkout", "--no-cache-server", "--platform", "ubuntu-24.04=-self-hosted"],
      // act would read these from the clone that it runs in.
      ...pairs("--env", { ...github, SHA_REF: github.GITHUB_SHA ?? "" }),
      ...pairs("--var", request.variables),
      ...pairs("--local-repository", request.actions),
      ...["--secret", `GITHUB_TOKEN=${request.secret}`],
    ],
    { env: request.env, cwd: request.folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  const log = new ActLog();
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      const printed = log.read(line);
      if (printed !== undefined) request.say(printed);
    });
  const end = closed(child).then((): WorkflowRun => {
    const { jobs } = log;
    const broken = log.other.filter((line) => /^Error: (?!Job '.*' failed$)/.test(line));
    if (broken.length > 0) throw new Error(`act could not run ${workflow}: ${broken.join("\n")}`);
    return {
      id: github.GITHUB_RUN_ID ?? "",
      workflow,
      jobs,
      kept: [],
      seconds: Math.round((Date.now() - started) / 1000),
    };
  });
  const cancel = async () => {
    child.kill("SIGINT");
    const killer = setTimeout(() => child.kill("SIGTERM"), 10_000);
    // After act has killed the shell of a step, the processes of the step are no longer its children.
    killProcessesOf(github.GITHUB_RUN_ID ?? "", scratch);
    await closed(child);
    clearTimeout(killer);
    killProcessesOf(github.GITHUB_RUN_ID ?? "", scratch);
    return end;
  };
  return { end, cancel };
}

const closed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.once("error", reject).once("close", () => resolve());
  });

/** Finds the processes that a job left behind by a variable in their environment, like the runner. */
function killProcessesOf(run: string, scratch: string): void {
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    let variables: string[];
    try {
      variables = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
    } catch {
      // It has ended.
      continue;
    }
    const ofRun = variables.includes(`GITHUB_RUN_ID=${run}`);
    if (!ofRun || !variables.some((one) => one.startsWith(`RUNNER_TEMP=${scratch}/`))) continue;
    try {
      process.kill(Number(name), "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
