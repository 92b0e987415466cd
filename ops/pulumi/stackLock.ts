/** The lock of a state backend. A killed update leaves it behind. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { CouldNotRun } from "../couldNotRun.ts";
import { PulumiFailed, type Cli } from "./pulumiCli.ts";

export interface Lock {
  host: string;
  pid: number;
  since: Date;
}

/** The locks named in Pulumi's refusal; empty if the refusal has another cause. */
export function locksIn(message: string): Lock[] {
  const line = /created by \S+@(\S+) \(pid (\d+)\) at (\S+)/g;
  return [...message.matchAll(line)].map(([, host = "", pid = "", since = ""]) => ({
    host,
    pid: Number(pid),
    since: new Date(since),
  }));
}

/** No update runs longer than this, wherever it runs. */
const staleHours = 3;

/** Whether the holder is gone. Known for processes on this machine; for others only the lock's age decides. */
export function isStale(lock: Lock, now: Date): boolean {
  if (lock.host === hostname() && !mayHold(lock)) return true;
  return now.getTime() - lock.since.getTime() > staleHours * 3_600_000;
}

const describeLock = ({ host, pid, since }: Lock): string =>
  `process ${pid} on ${host} holds its lock since ${since.toISOString()}`;

/**
 * Whether the process may still hold the lock. Process ids are reused: on Linux, a process with another name that
 * started after the lock was taken is not the holder. Neither sign alone is sufficient: the CLI may have another name,
 * and the clock may have been changed.
 */
function mayHold({ pid, since }: Lock): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process belongs to another user.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const found = processOf(pid);
  return found === undefined || found.name === "pulumi" || found.started <= since.getTime() + clockSlackMilliseconds;
}

/** The kernel counts from boot time, which it reports in whole seconds. */
const clockSlackMilliseconds = 5_000;
const ticksPerSecond = 100;

/**
 * Name and start time (milliseconds since the epoch) of a process; `undefined` on systems without /proc, such as macOS
 * and Windows.
 */
function processOf(pid: number): { name: string; started: number } | undefined {
  try {
    // "PID (NAME) STATE ...": the start time is the 20th field after the name (man 5 proc_pid_stat).
    const [, name = "", rest = ""] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    const started = (boot + Number(rest.split(" ")[19]) / ticksPerSecond) * 1000;
    return Number.isNaN(started) ? undefined : { name, started };
  } catch {
    return undefined;
  }
}

export interface Locksmith {
  cli: Cli;
  now: () => Date;
  say: (line: string) => void;
}

export interface LockTaking {
  /** The caller knows that nothing else updates the stack now: the lock's holder is gone. Default: false. */
  take?: boolean;
  /** A lock taken less than this long ago may still be in use, whatever the caller knows. Default: 0. */
  jobMinutes?: number;
}

/** Another process is updating the stack. */
export class BeingUpdated extends CouldNotRun {
  override readonly name = "BeingUpdated";
}

/** Pulumi Cloud's message, which does not name the holder. */
const conflict = /another update is currently in progress/i;

/**
 * Runs something that needs the stack's lock; removes a stale lock first.
 * @throws BeingUpdated if the holder may still be running
 */
export async function withLock<T>(
  { cli, now, say }: Locksmith,
  stack: string,
  act: () => Promise<T>,
  { take = false, jobMinutes = 0 }: LockTaking = {},
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof PulumiFailed)) throw error;
    const locks = locksIn(error.message);
    const holders = locks.map(describeLock);
    if (conflict.test(error.message)) holders.push("another update is in progress");
    if (holders.length === 0) throw error;
    const taken = ({ since }: Lock) => take && now().getTime() - since.getTime() >= jobMinutes * 60_000;
    const gone = locks.length > 0 ? locks.every((lock) => taken(lock) || isStale(lock, now())) : take;
    if (!gone) {
      throw new BeingUpdated(
        `${stack} is being updated: ${holders.join("; ")}. Wait for it; if that process is gone: pulumi cancel --stack ${stack}`,
        { cause: error },
      );
    }
    say(`removing the left-over lock of a killed update (${holders.join("; ")})`);
    await cli.run(["cancel", "--yes", "--stack", stack]);
    return act();
  }
}
