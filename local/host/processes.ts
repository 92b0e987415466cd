/**
 * Daemons of the local environment: started detached with a log and a pid file, adopted when they already run as they
 * should, restarted when their configuration has changed, stopped by process id.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog, type DaemonLog } from "./daemonLog.ts";
import { systemPath } from "./command.ts";
import { requireFreePort } from "./portHolder.ts";
import * as procfs from "./procfs.ts";
import { logFolder, runFolder } from "../settings.ts";

export interface Daemon {
  /** Unique; names the pid file and the log. */
  readonly name: string;
  /** What a person calls it, for errors and status. */
  readonly title: string;
  /** Absolute path of the program. */
  readonly command: string;
  readonly args: readonly string[];
  /** The environment besides PATH, LANG and TARMAC_*: nothing of the caller's own reaches a daemon. */
  readonly env?: Readonly<Record<string, string>>;
  /** Contents of files the daemon reads only when it starts: a change of them restarts it. */
  readonly configuration?: readonly string[];
  /** Where it will listen: looked at before it starts, so that a taken port is named with its holder. */
  readonly listens?: readonly { readonly port: number; readonly address: string }[];
  /** Whether it does its work yet; asked every 50 ms. */
  readonly ready: () => Promise<boolean>;
  /** Default 30. */
  readonly readyTimeoutSeconds?: number;
}

/** A daemon did not start. The message holds the last lines of its log and the log's path. */
export class DaemonError extends Error {
  override readonly name = "DaemonError";
}

interface DaemonRecord extends procfs.ProcessIdentity {
  readonly bootId: string;
  readonly fingerprint: string;
}

/** The time an adopted daemon gets to answer before it is taken for hung and restarted. */
const adoptionSeconds = 5;
/** The time a daemon gets to end by itself when it is restarted: its clients, which it would wait for, do not leave. */
const restartGraceSeconds = 2;
const pollMilliseconds = 50;
const pidFolder = join(runFolder, "pids");
const pidFile = (name: string) => join(pidFolder, `${name}.json`);

/** Put into each daemon's environment: by it a daemon is found again whose pid file is lost. */
const marker = (name: string) => `TARMAC_PID_FILE=${pidFile(name)}`;

export const logFile = (name: string) => join(logFolder, `${name}.log`);

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function fingerprintOf(daemon: Daemon): string {
  const parts = [daemon.command, daemon.args, Object.entries(daemon.env ?? {}).sort(), daemon.configuration ?? []];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** What the pid file says, if its process still runs; a torn or stale file says nothing. */
function runningRecord(name: string): DaemonRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(pidFile(name), "utf8")) as DaemonRecord;
    return record.bootId === bootId() && procfs.isRunning(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function writeRecord(name: string, record: DaemonRecord): void {
  mkdirSync(pidFolder, { recursive: true });
  const path = pidFile(name);
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
}

/** Processes of that daemon without a pid file. Its children carry the marker too, and are told by their program. */
function orphans(name: string, program?: string): procfs.ProcessIdentity[] {
  return procfs.processIds().flatMap((pid) => {
    if (!procfs.initialEnvironment(pid).includes(marker(name))) return [];
    if (program !== undefined && basename(procfs.commandLine(pid)[0] ?? "") !== basename(program)) return [];
    const stat = procfs.readStat(pid);
    return stat === undefined || stat.state === "Z" ? [] : [stat];
  });
}

function signal(target: procfs.ProcessIdentity, name: "SIGTERM" | "SIGKILL" | "SIGCONT"): void {
  if (!procfs.isRunning(target)) return;
  try {
    process.kill(target.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function gone(target: procfs.ProcessIdentity, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (procfs.isRunning(target)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Ends one process: SIGTERM, and SIGKILL when it is still there after `graceSeconds`.
 *
 * @throws Error when it survives SIGKILL, as a process stuck in the kernel does
 */
export async function stopProcess(target: procfs.ProcessIdentity, graceSeconds = 5): Promise<void> {
  signal(target, "SIGTERM");
  signal(target, "SIGCONT"); // A stopped process (SIGSTOP) would not see the SIGTERM.
  if (await gone(target, graceSeconds)) return;
  signal(target, "SIGKILL");
  if (await gone(target, 10)) return;
  throw new Error(`Process ${target.pid} (${procfs.commandLine(target.pid).join(" ")}) does not end, even by SIGKILL.`);
}

/**
 * Stops a daemon, also one whose pid file is lost when `program` is given. Nothing happens when it does not run.
 *
 * @param options.program its program, by which a daemon without a pid file is told from its children
 * @returns whether there was something to stop
 */
export async function stopDaemon(
  name: string,
  options: { graceSeconds?: number; program?: string } = {},
): Promise<boolean> {
  const record = runningRecord(name);
  const targets = record !== undefined ? [record] : options.program === undefined ? [] : orphans(name, options.program);
  for (const target of targets) await stopProcess(target, options.graceSeconds);
  rmSync(pidFile(name), { force: true });
  return targets.length > 0;
}

function spawnDaemon(daemon: Daemon, log: DaemonLog): ChildProcess {
  const own = Object.entries(process.env).filter(([key]) => key.startsWith("TARMAC_"));
  const [markerName = "", markerValue = ""] = marker(daemon.name).split("=");
  const child = spawn(daemon.command, daemon.args, {
    cwd: "/",
    detached: true,
    env: { PATH: systemPath, LANG: "C.UTF-8", ...Object.fromEntries(own), ...daemon.env, [markerName]: markerValue },
    stdio: ["ignore", log.descriptor, log.descriptor],
  });
  child.unref();
  return child;
}

async function becomesReady(daemon: Daemon, seconds: number, ended: () => string | undefined): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    if (ended() !== undefined) return false;
    if (await daemon.ready().catch(() => false)) return ended() === undefined;
    if (Date.now() > deadline) return false;
    await sleep(pollMilliseconds);
  }
}

async function launch(daemon: Daemon, fingerprint: string): Promise<void> {
  for (const { port, address } of daemon.listens ?? []) requireFreePort(port, address, daemon.title);
  const log = openLog(logFile(daemon.name));
  let ending: string | undefined;
  const child = spawnDaemon(daemon, log);
  child.once("error", (error) => (ending ??= `could not be started: ${error.message}`));
  child.once(
    "exit",
    (status, byWhat) => (ending ??= byWhat === null ? `ended with status ${status}` : `was ended by ${byWhat}`),
  );
  closeSync(log.descriptor);
  const stat = child.pid === undefined ? undefined : procfs.readStat(child.pid);
  if (stat !== undefined) {
    writeRecord(daemon.name, { pid: stat.pid, startTicks: stat.startTicks, bootId: bootId(), fingerprint });
  }
  const seconds = daemon.readyTimeoutSeconds ?? 30;
  if (await becomesReady(daemon, seconds, () => ending)) return;
  const what = ending ?? `was not ready within ${seconds} s`;
  await stopDaemon(daemon.name);
  throw new DaemonError(`${daemon.title} ${what}. The end of ${logFile(daemon.name)}:\n${log.tail()}`);
}

/**
 * Makes sure that a daemon runs with this configuration and is ready.
 *
 * @returns "running" when it ran already, as it should; "started" when it was started or restarted
 * @throws PortTakenError, or DaemonError when it ends early or is not ready in time (it is stopped then)
 */
export async function startDaemon(daemon: Daemon): Promise<"running" | "started"> {
  const fingerprint = fingerprintOf(daemon);
  const record = runningRecord(daemon.name);
  if (record?.fingerprint === fingerprint) {
    const ended = () => (procfs.isRunning(record) ? undefined : "ended");
    if (await becomesReady(daemon, adoptionSeconds, ended)) return "running";
  }
  await stopDaemon(daemon.name, { program: daemon.command, graceSeconds: restartGraceSeconds });
  await launch(daemon, fingerprint);
  return "started";
}

export interface DaemonStatus {
  readonly name: string;
  /** Undefined when it does not run. */
  readonly pid: number | undefined;
  /** Memory in use in bytes. */
  readonly memory: number | undefined;
  readonly log: string;
}

/** Whether a daemon runs, by its pid file. */
export function daemonStatus(name: string): DaemonStatus {
  const pid = runningRecord(name)?.pid;
  return { name, pid, memory: pid === undefined ? undefined : procfs.memoryInUse(pid), log: logFile(name) };
}
