/** An update that must fail because its rollout does. */
import { join } from "node:path";
import { checkoutFolder, nodeBinary } from "../../local/settings.ts";
import { begin, run, type AtWork, type CommandOptions } from "./runProgram.ts";

/** A stack's update, and the doctor that watches it. */
export interface WatchedUpdate {
  update: AtWork;
  doctor: AtWork;
}

/** @param heard told all that the doctor has printed so far */
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

/** Options of a command on the stack that asks nothing. */
export const unattended = (stack: string, configFile: string): string[] => [
  ...["--yes", "--skip-preview", "--non-interactive"],
  ...["--stack", stack, "--config-file", configFile],
];

/**
 * Updates a stack and interrupts Pulumi once the doctor says that waiting is useless, as `npm start` and `tarmac deploy` do:
 * Pulumi alone waits until the Deployment's progress deadline, which is five minutes.
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
  // As those commands do: the state does not know what the interrupted update wrote to the cluster.
  await run("pulumi", ["refresh", ...target], options);
  if (code === 0) throw new Error(`the update of ${stack} succeeded:\n${said}\n${text}`);
  return `${said}\n${text}`;
}
