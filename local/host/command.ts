/** Runs a program and returns its output. */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** The path of system programs. It is fixed, so that daemons do not depend on a shell's PATH. */
export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Programs of the system come before others on the caller's PATH, because the daemons' settings are for Debian's versions. */
const preferredPath = "/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The absolute path of an installed program.
 *
 * @throws Error naming the Debian package when the program is not installed
 */
export function findProgram(name: string, debianPackage: string): string {
  for (const folder of `${preferredPath}:${process.env.PATH ?? ""}`.split(":")) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`${name} is not installed: apt-get install --no-install-recommends ${debianPackage}`);
}

/** A program failed. */
export class CommandError extends Error {
  readonly status: number | undefined;
  readonly stderr: string;

  constructor(command: string, args: readonly string[], status: number | undefined, stderr: string, reason?: string) {
    const shown = [command, ...args].join(" ");
    const ending = reason ?? `exited with status ${status ?? "unknown"}`;
    super(`${shown.length > 300 ? `${shown.slice(0, 300)}...` : shown} ${ending}: ${stderr.trim().slice(-2000)}`);
    this.name = "CommandError";
    this.status = status;
    this.stderr = stderr;
  }
}

export interface CommandOptions {
  /** Added to PATH and HOME. The rest of the caller's environment (proxies, credentials) is not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly folder?: string;
  readonly timeoutSeconds?: number;
}

/**
 * Runs a program and returns its standard output.
 *
 * @throws CommandError with the end of its standard error when it fails or takes longer than the limit (120 s)
 */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const seconds = options.timeoutSeconds ?? 120;
  const child = spawn(command, args, {
    cwd: options.folder ?? "/",
    env: { PATH: systemPath, HOME: process.env.HOME ?? "/", LANG: "C.UTF-8", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // Not spawn's own `timeout`: its timer keeps running if the program does not exist.
  const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A program that exits before it has read its input breaks the pipe. Its exit status is the error to report.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(new CommandError(command, args, undefined, stderr, error.message));
    });
    child.once("close", (status, signal) => {
      clearTimeout(timer);
      if (status === 0) return resolve(stdout);
      const reason = signal === null ? undefined : `was killed by ${signal} (time limit: ${seconds} s)`;
      reject(new CommandError(command, args, status ?? undefined, stderr === "" ? stdout : stderr, reason));
    });
  });
}
