/**
 * Reads /proc. A process is identified by its id together with its start time: ids are reused, and a stale pid file
 * must not lead to stopping an unrelated process.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Identifies a process, even after its id is reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between the machine's start and the process's, as /proc/PID/stat gives them. */
  readonly startTicks: string;
}

export interface ProcessStat extends ProcessIdentity {
  /** One letter: R, S, D, T; Z for a zombie. */
  readonly state: string;
  readonly parent: number;
}

/** Reads the contents of /proc/PID/stat. The name in parentheses may itself contain spaces and parentheses. */
export function parseStat(text: string): ProcessStat {
  const nameEnd = text.lastIndexOf(")");
  const pid = Number.parseInt(text, 10);
  const fields = text
    .slice(nameEnd + 2)
    .trim()
    .split(" ");
  // Fields are counted from 3 after the name: state is the 3rd, parent the 4th, start time the 22nd.
  return { pid, state: fields[0] ?? "", parent: Number(fields[1]), startTicks: fields[19] ?? "" };
}

/** The process with this id, if it exists. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** How many threads a process has; 0 when it has ended and been reaped. */
function threadCount(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}

/**
 * Whether a process still runs. A zombie has exited: it only waits for its parent, which may never collect it. But a process counts as
 * running while any of its other threads is still exiting, because its files and ports are open until then.
 */
export function isRunning(process: ProcessIdentity): boolean {
  const stat = readStat(process.pid);
  if (stat === undefined || stat.startTicks !== process.startTicks) return false;
  return (stat.state !== "Z" && stat.state !== "X") || threadCount(process.pid) > 1;
}

export function processIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function readList(pid: number, file: "cmdline" | "environ"): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

/** Program and arguments; empty for kernel threads, zombies and processes that have ended. */
export function commandLine(pid: number): string[] {
  return readList(pid, "cmdline");
}

/** The environment a process was started with, as `NAME=value`; empty when it may not be read. */
export function initialEnvironment(pid: number): string[] {
  return readList(pid, "environ");
}

/** Memory of a process that would be free without it (proportional set size), in bytes; undefined when it has ended. */
export function memoryInUse(pid: number): number | undefined {
  try {
    const kibibytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

/** The ids of a process's children, their children and so on; not the process itself. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const id of processIds()) {
    const parent = readStat(id)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const found: number[] = [];
  const visit = (id: number) => {
    for (const child of children.get(id) ?? []) {
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}
