/** Programs as tests run them: to a good end, to whatever end there is, or until they are killed. */
import { spawn } from "node:child_process";
import { checkoutFolder } from "../../local/settings.ts";

export interface Ended {
  /** Its exit code; -1 when a signal ended it. */
  code: number;
  stdout: string;
  stderr: string;
  /** Both, in the order in which they came. */
  text: string;
}

export interface CommandOptions {
  /** @default the checkout */
  cwd?: string;
  env: NodeJS.ProcessEnv;
}

export interface AtWork {
  /** @throws Error when it could not be started */
  end: Promise<Ended>;
  /** Ends it at once, with all that it started. */
  kill(): Promise<Ended>;
}

function start(
  program: string,
  args: readonly string[],
  { cwd = checkoutFolder, env }: CommandOptions,
  group: boolean,
) {
  const child = spawn(program, args, { cwd, env, detached: group, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr, text] = ["", "", ""];
  // As text from the stream itself: a character may come in two pieces.
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    stdout += part;
    text += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr += part;
    text += part;
  });
  const end = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr, text }));
  });
  return { child, end };
}

/** Starts a program in a process group of its own, to be killed. */
export function begin(program: string, args: readonly string[], options: CommandOptions): AtWork {
  const { child, end } = start(program, args, options, true);
  return {
    end,
    kill() {
      process.kill(-(child.pid ?? Number.NaN), "SIGKILL");
      return end;
    },
  };
}

/** Runs a program to its end, whatever that is. @throws Error when it could not be started */
export const ended = (program: string, args: readonly string[], options: CommandOptions): Promise<Ended> =>
  start(program, args, options, false).end;

/** Runs a program to a good end. @throws Error with all that it printed when it fails */
export async function succeeded(program: string, args: readonly string[], options: CommandOptions): Promise<Ended> {
  const result = await ended(program, args, options);
  if (result.code !== 0)
    throw new Error(`Command failed: ${[program, ...args].join(" ")}\n${result.stderr}\n${result.stdout}`);
  return result;
}

/** Runs a program to a good end and gives its standard output. @throws Error with all that it printed when it fails */
export const run = async (program: string, args: readonly string[], options: CommandOptions): Promise<string> =>
  (await succeeded(program, args, options)).stdout;
