/** Runs programs for tests: until they succeed, until they exit with any code, or until the test kills them. */
import { spawn } from "node:child_process";
import { checkoutFolder } from "../../local/layout.ts";

export interface Ended {
  /** Exit code; -1 when a signal ended the program. */
  code: number;
  stdout: string;
  stderr: string;
  /** Both streams, in the order of arrival. */
  text: string;
}

export interface CommandOptions {
  /** @default the checkout */
  cwd?: string;
  env: NodeJS.ProcessEnv;
  /** Called with both streams so far whenever something arrives. */
  heard?: (text: string) => void;
}

export interface AtWork {
  /** Resolves when the program has ended; rejects when it could not start. */
  end: Promise<Ended>;
  /** Sends SIGINT to the program alone, as Ctrl-C does; one that has ended gets none. */
  interrupt(): void;
  /** Kills the program and everything that it started. */
  kill(): Promise<Ended>;
}

function start(
  program: string,
  args: readonly string[],
  { cwd = checkoutFolder, env, heard }: CommandOptions,
  group: boolean,
) {
  const child = spawn(program, args, { cwd, env, detached: group, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr, text] = ["", "", ""];
  // The stream decodes, because a character may arrive in two chunks.
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    stdout += part;
    text += part;
    heard?.(text);
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr += part;
    text += part;
    heard?.(text);
  });
  const end = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr, text }));
  });
  return { child, end };
}

/** Starts a program in its own process group, so that the test can kill it. */
export function begin(program: string, args: readonly string[], options: CommandOptions): AtWork {
  const { child, end } = start(program, args, options, true);
  return {
    end,
    interrupt: () => void child.kill("SIGINT"),
    kill() {
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? Number.NaN), "SIGKILL");
      return end;
    },
  };
}

/** Runs a program until it exits with any code. @throws Error when it could not start */
export const ended = (program: string, args: readonly string[], options: CommandOptions): Promise<Ended> =>
  start(program, args, options, false).end;

/** Runs a program that must succeed. @throws Error with its output when it fails */
export async function succeeded(program: string, args: readonly string[], options: CommandOptions): Promise<Ended> {
  const result = await ended(program, args, options);
  if (result.code !== 0)
    throw new Error(`Command failed: ${[program, ...args].join(" ")}\n${result.stderr}\n${result.stdout}`);
  return result;
}

/** Runs a program that must succeed, and returns its standard output. @throws Error with its output when it fails */
export const run = async (program: string, args: readonly string[], options: CommandOptions): Promise<string> =>
  (await succeeded(program, args, options)).stdout;
