import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { checkoutFolder, nodeBinary } from "../layout.ts";
import { stackEnvironment, stackName } from "./stack.ts";

/** Pods that answered before a part of the environment was restarted need a moment until they count as available again. */
const startSeconds = 60;

/**
 * Runs the doctor on the stack and prints its result. An update succeeds as soon as the pods were ready for a moment, even if
 * they crash afterwards.
 * @returns whether it found nothing wrong
 */
export async function seenHealthy(): Promise<boolean> {
  const doctor = spawn(
    nodeBinary,
    [join(checkoutFolder, "ops", "tarmac.ts"), "doctor", stackName, "--wait", String(startSeconds)],
    {
      cwd: checkoutFolder,
      env: stackEnvironment(),
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const [status] = (await once(doctor, "exit")) as [number | null];
  return status === 0;
}
