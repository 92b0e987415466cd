import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { checkoutFolder, nodeBinary } from "../settings.ts";

/**
 * No rollout has begun by then. Most updates that change nothing end sooner and are spared the start of a second program,
 * which would take their time on a small machine.
 */
const startSeconds = 3;

/**
 * Lets the doctor watch the rollout of an update that runs at the same time, and print the causes it sees as they come. It
 * runs as a process of its own because the settings of the environment, such as its certificate authority, take effect when a
 * process starts.
 * @param hopeless called when the doctor found a cause that waiting cannot fix
 * @returns ends the watch
 */
export function watchRollout(stack: string, env: NodeJS.ProcessEnv, hopeless: () => void): () => void {
  let doctor: ChildProcess | undefined;
  const begin = setTimeout(() => {
    doctor = spawn(nodeBinary, [join(checkoutFolder, "ops", "tarmac.ts"), "doctor", stack, "--rollout"], {
      cwd: checkoutFolder,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    doctor.on("error", (error) => process.stderr.write(`The rollout is not watched: ${error.message}\n`));
    doctor.on("exit", (status) => {
      if (status === 1) hopeless();
    });
  }, startSeconds * 1000);
  return () => {
    clearTimeout(begin);
    doctor?.kill();
  };
}
