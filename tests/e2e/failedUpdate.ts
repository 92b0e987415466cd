/** An update that must fail because its rollout does. */
import { join } from "node:path";
import { checkoutFolder, nodeBinary } from "../../local/layout.ts";
import { begin, run, type AtWork, type CommandOptions } from "./runProgram.ts";

/** A stack's update, and the doctor that watches it. */
export interface WatchedUpdate {
  update: AtWork;
  doctor: AtWork;
}

/** @param heard called with everything that the doctor has printed so far */
export function beginWatched(
  stack: string,
  target: readonly string[],
  options: CommandOptions,
  heard?: (text: string) => void,
): WatchedUpdate {
  const watch = [join(checkoutFolder, "ops", "tarmac.ts"), "doctor", stack, "--rollout"];
  return {
    update: begin("pulumi", ["up", ...target], options),
    doctor: begin(nodeBinary, watch, { ...options, cwd: checkoutFolder, ...(heard === undefined ? {} : { heard }) }),
  };
}

/** Options that run a command on the stack without questions. */
export const unattended = (stack: string, configFile: string): string[] => [
  ...["--yes", "--skip-preview", "--non-interactive"],
  ...["--stack", stack, "--config-file", configFile],
];

/**
 * Updates a stack and interrupts Pulumi when the doctor says that waiting is useless, like `npm start` and `tarmac deploy`. Pulumi
 * alone would wait until the Deployment's progress deadline, which is five minutes.
 * @returns what the doctor and Pulumi print
 * @throws Error with that when the update succeeds
 */
export async function failedUpdate(stack: string, configFile: string, options: CommandOptions): Promise<string> {
  const target = unattended(stack, configFile);
  const { update, doctor } = beginWatched(stack, target, options);
  const watched = doctor.end.then((result) => {
    if (result.code === 1) update.interrupt();
    return result;
  });
  const { code, text } = await update.end;
  const { text: said } = await Promise.race([watched, doctor.kill()]);
  // Like those commands, because the state does not record what the interrupted update wrote to the cluster.
  await run("pulumi", ["refresh", ...target], options);
  if (code === 0) throw new Error(`the update of ${stack} succeeded:\n${said}\n${text}`);
  return `${said}\n${text}`;
}
