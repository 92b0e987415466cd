/**
 * Records which checkout owns the environment of this machine, and which process works on it now. There is one environment
 * per machine: two checkouts that both deploy to it would undo each other's work.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import * as procfs from "./host/procfs.ts";
import { checkoutFolder, runFolder, stateFolder } from "./layout.ts";

const ownerFile = join(stateFolder, "owner.json");
const lockFile = join(runFolder, "working.json");

interface Owner {
  /** Absolute path of the checkout that last started the environment. */
  checkout: string;
  /** Time of that start, ISO 8601. */
  since: string;
}

/** The checkout that last started the environment; `undefined` when there is none, or its folder is gone. */
export function otherOwner(): Owner | undefined {
  const owner = readJson<Owner>(ownerFile);
  return owner !== undefined && owner.checkout !== checkoutFolder && existsSync(owner.checkout) ? owner : undefined;
}

/** Makes this checkout the owner. */
export function claim(): void {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  const owner: Owner = { checkout: checkoutFolder, since: new Date().toISOString() };
  writeFileSync(`${ownerFile}.new`, JSON.stringify(owner));
  renameSync(`${ownerFile}.new`, ownerFile);
}

interface Worker extends procfs.ProcessIdentity {
  command: string;
}

/**
 * Prevents other processes from starting or stopping the environment until this process exits.
 * @param command the command that runs, for the error in other processes
 * @throws Error that names the process that already works on the environment
 */
export function workAlone(command: string): void {
  mkdirSync(runFolder, { recursive: true, mode: 0o755 });
  const self = procfs.readStat(process.pid);
  if (self === undefined) throw new Error("/proc is not mounted: the environment needs it to know its processes");
  for (;;) {
    try {
      const descriptor = openSync(lockFile, "wx");
      writeSync(descriptor, JSON.stringify({ pid: self.pid, startTicks: self.startTicks, command } satisfies Worker));
      closeSync(descriptor);
      process.once("exit", () => rmSync(lockFile, { force: true }));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const worker = readJson<Worker>(lockFile);
    if (worker !== undefined && procfs.isRunning(worker)) {
      throw new Error(
        `"${worker.command}" is already working on the environment (process ${worker.pid}): wait until it is done`,
      );
    }
    // Left behind by a process that was killed.
    rmSync(lockFile, { force: true });
  }
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}
