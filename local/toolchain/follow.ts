/** Runs a long command and passes on its output line by line. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface FollowOptions {
  /** Working folder. Default: this process's. */
  cwd?: string;
  env: NodeJS.ProcessEnv;
  /** Called for every line of output, standard error included. */
  onLine: (line: string) => void;
}

/** How many of the last lines an error shows. */
const linesKept = 25;

/**
 * Resolves when the command has succeeded. Ctrl-C also stops the command, because it is in the same process group.
 * @throws Error with the command, its exit status and the last lines of its output
 */
export async function follow(command: string, args: readonly string[], options: FollowOptions): Promise<void> {
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (line.trim() === "") return;
      last.push(line);
      if (last.length > linesKept) last.shift();
      options.onLine(line.trim());
    });
  }
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("close", (status, signal) =>
      resolve(status === 0 ? undefined : signal === null ? `ended with status ${status}` : `was ended by ${signal}`),
    );
  });
  if (outcome !== undefined) {
    const said = last.length === 0 ? "" : `:\n${last.map((line) => `    ${line}`).join("\n")}`;
    throw new Error(`${[command, ...args].join(" ")} ${outcome}${said}`);
  }
}
