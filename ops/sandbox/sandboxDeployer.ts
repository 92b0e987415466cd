/**
 * Who may take a sandbox down. A deletion works through the sandbox's state: it runs the sign-in command of the
 * kubeconfig in the state, and deletes the ids in it. The code of a pull request writes that state, so the deletion
 * must not have more rights than that code had. Only the identity that created the sandbox may delete it.
 */
import { existsSync } from "node:fs";
import type { Principal } from "../azure/signIn.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import type { Sandbox } from "./listSandboxes.ts";

/**
 * A person needs the stack file that `up` left on this machine, because the sandbox's code could write any tag naming
 * its creator. An application must be the one that created the sandbox, unless a person did: the workflow also takes
 * down those.
 * @throws CouldNotRun for any other identity
 */
export function refuseOthersSandbox(folder: string, sandbox: Sandbox, { objectId, person }: Principal): void {
  const { stack, owner, deployer } = sandbox;
  const own = person
    ? existsSync(stackFile(folder, stack))
    : deployer === undefined || deployer.toLowerCase() === objectId.toLowerCase();
  if (own) return;
  throw new CouldNotRun(
    `${stack} of ${owner} was made ${person ? "by another identity or on another machine" : `by another identity (${deployer})`}: its state would decide what is deleted with your rights. ` +
      `Let the workflow "sandbox" take it down. If you trust all code that ran in it: --made-by-others`,
  );
}
