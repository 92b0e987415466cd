/**
 * Daemons of the local environment. They are started detached, with a log and a pid file; left alone when they already run with the
 * wanted configuration; restarted when it has changed; and stopped by process id.
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
import { logFolder, runFolder } from "../layout.ts";

export interface Daemon {
  /** A unique name, also of the pid file and the log. */
  readonly name: string;
  /** Its name in errors and in the status. */
  readonly title: string;
  /** Absolute path of the program. */
  readonly command: string;
  readonly args: readonly string[];
  /** Environment variables besides PATH, LANG and TARMAC_*. A daemon gets no others of the caller's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Contents of files that the daemon reads only at its start. A change restarts it. */
  readonly configuration?: readonly string[];
  /** Where it will listen. Checked before it starts, so that the error for a port in use names the program. */
  readonly listens?: readonly { readonly port: number; readonly address: string }[];
  /** Whether it is ready. Called every 50 ms. */
  readonly ready: () => Promise<boolean>;
  /** Default 30. */
  readonly readyTimeoutSeconds?: number;
}

/** A daemon did not start. The message has the last lines of its log, and the log's path. */
export class DaemonError extends Error {
  override readonly name = "DaemonError";
}

interface DaemonRecord extends procfs.ProcessIdentity {
  readonly bootId: string;
  readonly fingerprint: string;
}

/** How long a daemon that runs already has to answer before it counts as hung and is restarted. */
const adoptionSeconds = 5;
/** How long a daemon has to exit when it is restarted. It may wait for clients that stay connected. */
const restartGraceSeconds = 2;
const pollMilliseconds = 50;
const pidFolder = join(runFolder, "pids");
const pidFile = (name: string) => join(pidFolder, `${name}.json`);

/** A variable in every daemon's environment. It identifies a daemon whose pid file is lost. */
const marker = (name: string) => `TARMAC_PID_FILE=${pidFile(name)}`;

export const logFile = (name: string) => join(logFolder, `${name}.log`);

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function fingerprintOf(daemon: Daemon): string {
  const parts = [daemon.command, daemon.args, Object.entries(daemon.env ?? {}).sort(), daemon.configuration ?? []];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The content of the pid file, if its process still runs; undefined for an incomplete or stale file. */
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

/** Processes of a daemon without a pid file. Its children have the marker as well, but run another program. */
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
 * Stops one process: SIGTERM, and SIGKILL if it still runs after `graceSeconds`.
 *
 * @throws Error when it survives SIGKILL, as a process stuck in the kernel does
 */
export async function stopProcess(target: procfs.ProcessIdentity, graceSeconds = 5): Promise<void> {
  signal(target, "SIGTERM");
  signal(target, "SIGCONT"); // A stopped process (SIGSTOP) would not see the SIGTERM.
  if (await gone(target, graceSeconds)) return;
  signal(target, "SIGKILL");
  if (await gone(target, 10)) return;
  throw new Error(
    `Process ${target.pid} (${procfs.commandLine(target.pid).join(" ")}) does not exit, even after SIGKILL.`,
  );
}

/**
 * Stops a daemon if it runs. With `program` also one whose pid file is lost.
 *
 * @param options.program its program, which distinguishes a daemon without a pid file from its children
 * @returns whether it ran
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
    (status, byWhat) => (ending ??= byWhat === null ? `exited with status ${status}` : `was killed by ${byWhat}`),
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
 * Starts a daemon, or restarts it with a changed configuration, and waits until it is ready.
 *
 * @returns "running" when it ran already with this configuration; "started" when it was started or restarted
 * @throws PortTakenError, or DaemonError when it exits early or is not ready in time (it is stopped then)
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

/** The state of a daemon, according to its pid file. */
export function daemonStatus(name: string): DaemonStatus {
  const pid = runningRecord(name)?.pid;
  return { name, pid, memory: pid === undefined ? undefined : procfs.memoryInUse(pid), log: logFile(name) };
}
