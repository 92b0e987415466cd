/** A daemon's log. It is appended to, and rotated at the daemon's start when it has grown too large. */
import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A larger log is renamed to `<name>.1` at the next start, which replaces the earlier one. */
export const logLimitBytes = 20 * 1024 * 1024;

const tailLines = 15;
const tailBytes = 8 * 1024;

export interface DaemonLog {
  readonly descriptor: number;
  /** The last lines written since the log was opened, indented. */
  tail(): string;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readTail(path: string, from: number): string {
  const descriptor = openSync(path, "r");
  try {
    const size = fstatSync(descriptor).size;
    const start = Math.max(from, size - tailBytes);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(descriptor, buffer, 0, buffer.length, start);
    const lines = buffer.toString("utf8").trimEnd().split("\n").slice(-tailLines);
    return lines.map((line) => `  ${line}`).join("\n");
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a log for appending. The caller closes the descriptor once the daemon has it. */
export function openLog(path: string): DaemonLog {
  mkdirSync(dirname(path), { recursive: true });
  if (sizeOf(path) > logLimitBytes) renameSync(path, `${path}.1`);
  const from = sizeOf(path);
  return { descriptor: openSync(path, "a", 0o600), tail: () => readTail(path, from) };
}
