/** An update that must fail because its rollout does. */
import { join } from "node:path";
import { checkoutFolder, nodeBinary } from "../../local/settings.ts";
import { begin, run, type CommandOptions } from "./runProgram.ts";

/**
 * Updates a stack and interrupts Pulumi once the doctor says that waiting is useless, as `npm start` and `tarmac deploy` do:
 * Pulumi alone waits until the Deployment's progress deadline, which is five minutes.
 * @returns what the doctor and Pulumi print
 * @throws Error with that when the update succeeds
 */
export async function failedUpdate(stack: string, configFile: string, options: CommandOptions): Promise<string> {
  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack, "--config-file", configFile];
  const update = begin("pulumi", args, options);
  const doctor = begin(nodeBinary, [join(checkoutFolder, "ops", "tarmac.ts"), "doctor", stack, "--rollout"], {
    ...options,
    cwd: checkoutFolder,
  });
  const watched = doctor.end.then((result) => {
    if (result.code === 1) update.interrupt();
    return result;
  });
  const { code, text } = await update.end;
  const { text: said } = await Promise.race([watched, doctor.kill()]);
  // As those commands do: the state does not know what the interrupted update wrote to the cluster.
  const refresh = ["refresh", ...args.slice(1)];
  await run("pulumi", refresh, options);
  if (code === 0) throw new Error(`the update of ${stack} succeeded:\n${said}\n${text}`);
  return `${said}\n${text}`;
}
