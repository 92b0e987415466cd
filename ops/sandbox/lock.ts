/** The lock of a state backend that an update leaves behind when it is killed. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

export interface Lock {
  host: string;
  pid: number;
  since: Date;
}

/** The locks that a refusal of Pulumi's names; none when it is about something else. */
export function locksIn(message: string): Lock[] {
  const line = /created by \S+@(\S+) \(pid (\d+)\) at (\S+)/g;
  return [...message.matchAll(line)].map(([, host = "", pid = "", since = ""]) => ({
    host,
    pid: Number(pid),
    since: new Date(since),
  }));
}

/** After this long an update of a sandbox does not run any more, wherever it ran. */
const staleHours = 3;

/** Does nobody hold it any more? Known of processes of this machine; elsewhere only age tells. */
export function isStale(lock: Lock, now: Date): boolean {
  if (lock.host === hostname() && !isPulumi(lock.pid)) return true;
  return now.getTime() - lock.since.getTime() > staleHours * 3_600_000;
}

export const describeLock = ({ host, pid, since }: Lock): string =>
  `process ${pid} on ${host} holds its lock since ${since.toISOString()}`;

function isPulumi(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "pulumi";
  } catch {
    return false;
  }
}
