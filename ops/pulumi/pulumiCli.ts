/** The Pulumi CLI as used by the commands: found on PATH, always non-interactive. */
import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { dockerEngineVariables } from "@tarmac/components/image/dockerEngine";
import { CouldNotRun } from "../couldNotRun.ts";

/** The Pulumi CLI is not installed. */
export class NoPulumi extends CouldNotRun {
  override readonly name = "NoPulumi";

  constructor(cause: unknown) {
    super(
      "the Pulumi CLI is not on PATH: install it (https://www.pulumi.com/docs/install/), or set PATH in the stack's Pulumi.STACK.env",
      { cause },
    );
  }
}

/** The CLI failed; the message is its own. */
export class PulumiFailed extends CouldNotRun {
  override readonly name = "PulumiFailed";
}

/** The CLI was killed because it did not stop when told to. Its lock may be left behind. */
export class PulumiKilled extends CouldNotRun {
  override readonly name = "PulumiKilled";
}

export interface CliOptions {
  /** Folder of the program. Default: the current one. */
  cwd?: string;
  /** Environment variables in addition to those of this process. */
  env?: NodeJS.ProcessEnv;
  /**
   * Stops running commands. An update is interrupted, and killed if it does not stop cleanly within `graceSeconds`. The
   * commands then throw the signal's reason, or PulumiKilled.
   */
  signal?: AbortSignal;
  /** Default: 60. */
  graceSeconds?: number;
}

/** The CLI in a program's folder; tests replace it. */
export interface Cli {
  /** Runs a short command and returns its output. @throws PulumiFailed */
  run(args: readonly string[]): Promise<string>;
}

export interface WorkingCli extends Cli {
  /**
   * Runs a long command; its lines are shown as they arrive. When the signal aborts, Pulumi is interrupted: it stops
   * waiting, writes its state, releases its lock, and fails.
   * @throws PulumiFailed
   */
  work(args: readonly string[], env?: NodeJS.ProcessEnv, interrupted?: AbortSignal): Promise<void>;
}

/** @param say called with each line of a long command */
export const cliOf = (options: CliOptions, say: (line: string) => void): WorkingCli => ({
  run: (args) => pulumi(args, options),
  work: (args, env, interrupted) =>
    pulumiAtWork(args, say, { ...options, env: { ...options.env, ...env } }, interrupted),
});

/** The environment of Pulumi: that of this process, with `env`, and so that no command needs a Docker engine unless it builds. */
function withOwn(env: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const given = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...env };
  return { ...given, ...dockerEngineVariables(given) };
}

/**
 * Runs a short command and returns its output.
 * @throws NoPulumi, or PulumiFailed with Pulumi's message
 */
export async function pulumi(args: readonly string[], { cwd, env, signal }: CliOptions = {}): Promise<string> {
  signal?.throwIfAborted();
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["--non-interactive", ...args], {
      cwd,
      env: withOwn(env),
      maxBuffer: 2 ** 28,
      signal,
    });
    return stdout;
  } catch (cause) {
    signal?.throwIfAborted();
    const { code, stderr = "", message } = cause as Error & { code?: string | number; stderr?: string };
    if (code === "ENOENT") throw new NoPulumi(cause);
    throw new PulumiFailed((stderr.trim() === "" ? message : stderr).trim().replace(/^error: /gm, ""), { cause });
  }
}

/** On a machine with its own plugins, Pulumi repeats this several times per update; it helps nobody. */
const aboutPlugins = /\bwarning: using pulumi-\S+ from \$PATH at /;

/**
 * Runs an update, a destroy or a refresh, which take a while: `say` gets each line as it arrives.
 * @throws NoPulumi, or PulumiFailed with the lines that contain errors
 */
export async function pulumiAtWork(
  args: readonly string[],
  say: (line: string) => void,
  { cwd, env, signal, graceSeconds = 60 }: CliOptions = {},
  interrupted?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn("pulumi", ["--non-interactive", "--color", "never", ...args], {
    cwd,
    env: withOwn(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Only once: at a second signal, Pulumi stops immediately and leaves operations pending.
  let told = false;
  const interrupt = () => {
    if (!told) told = child.kill("SIGINT");
  };
  const handed = handOn(interrupt);
  interrupted?.addEventListener("abort", interrupt, { once: true });
  let deadline: NodeJS.Timeout | undefined;
  let killed = false;
  const giveUp = () => {
    interrupt();
    deadline = setTimeout(() => {
      killed = child.kill("SIGKILL");
      // Child processes may still hold the streams open; do not wait for that.
      child.stdout.destroy();
      child.stderr.destroy();
    }, graceSeconds * 1000);
  };
  signal?.addEventListener("abort", giveUp, { once: true });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (!aboutPlugins.test(line)) say(line);
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", (error) => reject(new NoPulumi(error)));
      child.on("close", resolve);
    });
    if (killed) throw new PulumiKilled(`killed after ${graceSeconds} s: it did not stop`, { cause: signal?.reason });
    signal?.throwIfAborted();
    if (code !== 0) throw new PulumiFailed(errorsIn(lines));
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", giveUp);
    handed.end();
    interrupted?.removeEventListener("abort", interrupt);
  }
}

/**
 * Forwards termination signals so that Pulumi stops cleanly, and keeps this process alive until it has written its
 * state and released its lock. A GitHub Actions runner sends SIGINT to a step's main process, SIGTERM 7.5 s later, and
 * kills all processes after another 2.5 s. At a terminal, Ctrl-C reaches Pulumi directly.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
function handOn(interrupt: () => void, atTerminal = process.stdin.isTTY): { end: () => void } {
  const onInterrupt = () => {
    if (!atTerminal) interrupt();
  };
  process.on("SIGINT", onInterrupt).on("SIGTERM", interrupt);
  return { end: () => void process.off("SIGINT", onInterrupt).off("SIGTERM", interrupt) };
}

/** The reason in a failed update's log: its "Diagnostics", or the lines from the first error on. */
function errorsIn(lines: readonly string[]): string {
  const diagnostics = lines.lastIndexOf("Diagnostics:");
  const first = lines.findIndex((line) => /\berror:/.test(line));
  const from = diagnostics >= 0 ? diagnostics + 1 : first >= 0 ? first : Math.max(0, lines.length - 5);
  const rest = lines.slice(from);
  const end = diagnostics < 0 ? -1 : rest.findIndex((line) => /^\S/.test(line));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.trim().replace(/^error: /, ""))
    .filter((line) => line !== "")
    .join("\n");
}
