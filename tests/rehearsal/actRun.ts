/** One run of a workflow by act, with the jobs on this machine: https://nektosact.com/usage/index.html */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { ActLog, type JobRun } from "./actLog.ts";

export interface ActRequest {
  /** act's program. */
  program: string;
  /** Folder with the `.github` of the commit that the workflow is taken from. */
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
  /** What GitHub sets, e.g. GITHUB_SHA. */
  github: Record<string, string>;
  /** Whoever started the run. */
  actor: string;
  /** Texts that must not be seen in logs. */
  secret: string;
  /** The machine of the runner. */
  env: NodeJS.ProcessEnv;
  /** Told each line that a step prints. */
  say: (line: string) => void;
}

export interface WorkflowRun {
  workflow: string;
  jobs: JobRun[];
  seconds: number;
}

export interface RunAtWork {
  end: Promise<WorkflowRun>;
  /** As GitHub ends a canceled run: what still runs of it is killed. */
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
      // The jobs check out what they need, by the action.
      ...["--no-skip-checkout", "--no-cache-server", "--platform", "ubuntu-24.04=-self-hosted"],
      // What act takes from the clone that it runs in, it is told instead.
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
    return { workflow, jobs, seconds: Math.round((Date.now() - started) / 1000) };
  });
  const cancel = async () => {
    child.kill("SIGINT");
    const killer = setTimeout(() => child.kill("SIGTERM"), 10_000);
    // The processes of its steps are not act's children any more when it has killed their shell.
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

/** The runner finds processes that a job left behind by a variable of theirs. */
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
