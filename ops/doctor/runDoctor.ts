/** Checks a workload once or repeatedly, and prints the findings. */
import { readFileSync, writeFileSync } from "node:fs";
import { CouldNotRun } from "../couldNotRun.ts";
import { project } from "../project.ts";
import { pulumi } from "../pulumi/pulumiCli.ts";
import { whyHopeless } from "../rollout/outlook.ts";
import { watchStackRollout } from "../rollout/stackRollout.ts";
import { diagnose, type Result } from "./diagnose.ts";
import { completed, type Observation } from "./observation.ts";
import { observe } from "./observe.ts";
import { newSession, type Session } from "./session.ts";
import { json, jsonOfError, paintFor, report } from "./diagnosisReport.ts";
import { lastWhileStarting } from "./startWait.ts";
import { refuseSleeping } from "../sleep/sleepingCluster.ts";
import { findPlace, type Place, type TargetOptions } from "./target.ts";

export interface DoctorOptions {
  stack?: string;
  namespace?: string;
  selector?: string;
  context?: string;
  kubeconfig?: string;
  watch?: true;
  /** Seconds for which a workload that is only starting is checked again, before the result is printed. */
  wait?: number;
  /** Watch the rollout of a stack during its update. */
  rollout?: true;
  json?: true;
  /** File to write the observations to. */
  record?: string;
  /** File to read the observations from, instead of a cluster. */
  replay?: string;
}

const watchSeconds = 3;

function show(options: DoctorOptions, observation: Observation, result: Result): void {
  if (options.record !== undefined) writeFileSync(options.record, JSON.stringify(observation), { mode: 0o600 });
  const text =
    options.json === true
      ? `${json(observation, result, options.watch === true)}\n`
      : report(observation, result, paintFor(process.stdout));
  process.stdout.write(text);
}

const exitCodes: Record<Result["verdict"], number> = { healthy: 0, failing: 1, unknown: 2, starting: 2 };

const pause = () => new Promise((resolve) => setTimeout(resolve, watchSeconds * 1000));

async function once(options: DoctorOptions, target: TargetOptions): Promise<void> {
  if (options.replay !== undefined) return conclude(options, readRecording(options.replay));
  const place = await findPlace(target);
  if (options.wait === undefined) return conclude(options, await observeAwake(place));
  // One session for all checks: registries and Azure are asked once per image.
  const session = newSession(place);
  conclude(options, await lastWhileStarting(() => observeAwake(place, session), options.wait, pause));
}

function conclude(options: DoctorOptions, observation: Observation): void {
  const result = diagnose(observation);
  show(options, observation, result);
  process.exitCode = exitCodes[result.verdict];
}

/** @throws CouldNotRun */
function readRecording(file: string): Observation {
  try {
    return completed(JSON.parse(readFileSync(file, "utf8")) as Observation);
  } catch (error) {
    throw new CouldNotRun(`--replay ${file}: cannot be read as a recorded observation: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * If the cluster cannot be reached, it may have been stopped to save money. @throws Asleep then, else what `observe`
 * throws
 */
async function observeAwake(place: Place, session?: Session): Promise<Observation> {
  try {
    return await observe(place, session);
  } catch (error) {
    if (error instanceof CouldNotRun && place.stack !== undefined) await refuseSleeping(place.stack, place.azure);
    throw error;
  }
}

/** Prints a result whenever the findings or the pods' states change. A failed check also counts as a change. */
async function watch(options: DoctorOptions, target: TargetOptions): Promise<void> {
  const place = await findPlace(target);
  // One session for all checks: registries and Azure are asked once per image.
  const session = newSession(place);
  let before = "";
  const print = (now: string, act: () => void) => {
    if (now === before) return;
    before = now;
    if (options.json !== true) process.stdout.write(`\n--- ${new Date().toLocaleTimeString("en-GB")} ---\n`);
    act();
  };
  for (;;) {
    try {
      const observation = await observeAwake(place, session);
      const result = diagnose(observation);
      const now = JSON.stringify([result.pods, result.findings.map(({ code, affected }) => [code, affected])]);
      print(now, () => show(options, observation, result));
      process.exitCode = exitCodes[result.verdict];
    } catch (error) {
      if (!(error instanceof CouldNotRun)) throw error;
      print(error.message, () => {
        process.stderr.write(`error: ${error.message}\n`);
        if (options.json === true) process.stdout.write(`${jsonOfError(error.message, true)}\n`);
      });
      process.exitCode = 2;
    }
    await pause();
  }
}

/** Runs until the rollout has a cause that waiting cannot fix, or a signal ends the process. */
async function rollout(stack: string): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const endless = new AbortController().signal;
  const hopeless = await watchStackRollout({ run: (args) => pulumi(args, { cwd: project }) }, stack, say, endless);
  if (hopeless === undefined) return;
  say(`doctor: ${whyHopeless(hopeless)}`);
  process.exitCode = 1;
}

/** @throws CouldNotRun */
export async function runDoctor(options: DoctorOptions): Promise<void> {
  // Ctrl-C ends a watch with the exit code of the last check.
  process.on("SIGINT", () => process.exit());
  const { stack, namespace, selector, context, kubeconfig } = options;
  const given = Object.entries({ stack, namespace, selector, context, kubeconfig }).filter(
    ([, value]) => value !== undefined,
  );
  const target = Object.fromEntries(given) as TargetOptions;
  if (options.rollout === true) return rollout(stack ?? "");
  try {
    await (options.watch === true ? watch(options, target) : once(options, target));
  } catch (error) {
    // A program that reads the output always gets JSON; the message for people follows on standard error.
    if (options.json === true && error instanceof CouldNotRun)
      process.stdout.write(`${jsonOfError(error.message, options.watch === true)}\n`);
    throw error;
  }
}
