import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { checkoutFolder, nodeBinary } from "../layout.ts";

/**
 * No rollout starts before this time. Most updates without changes end earlier, and do not have to wait for the start of a
 * second program on a small machine.
 */
const startSeconds = 3;

/**
 * Runs the doctor during an update. It watches the rollout and prints each cause when it finds it. It runs as a separate process,
 * because settings of the environment, such as the certificate authority, take effect only when a process starts.
 * @param hopeless called when the doctor finds a cause that waiting cannot fix
 * @returns a function that ends the watch
 */
export function startDoctor(stack: string, env: NodeJS.ProcessEnv, hopeless: () => void): () => void {
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
