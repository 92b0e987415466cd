/** `sandbox extend`: a later end. The stack's tag decides; the resource group's tag shows it to whoever looks at Azure. */
import { existsSync } from "node:fs";
import { withLock } from "../pulumi/stackLock.ts";
import { setTags, stateOf } from "../pulumi/stackState.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import type { Context } from "./context.ts";
import { findSandbox } from "./down.ts";
import { expiry } from "./lifetime.ts";
import { tags } from "./listSandboxes.ts";
import { writeExpiry, writeStackFile } from "./sandboxFile.ts";

/**
 * @param lifetime minutes from now
 * @param form name of the stack whose file the sandbox's own is created from if it is missing
 * @returns the new end
 */
export async function extend(context: Context, name: string, lifetime: number, form: string): Promise<string> {
  const { cli, folder } = context;
  const sandbox = await findSandbox(context, name);
  const expires = expiry(context.now(), lifetime);
  await setTags(cli, sandbox.reference, { [tags.expires]: expires });
  const file = stackFile(folder, sandbox.stack);
  if (existsSync(file)) writeExpiry(folder, sandbox.stack, expires);
  else writeStackFile(folder, form, { stack: sandbox.stack, owner: sandbox.owner, expires });
  const { deployment } = await stateOf(cli, sandbox.reference);
  const group = deployment?.resources?.find(({ type }) => type === "azure-native:resources:ResourceGroup")?.urn;
  if (group !== undefined) {
    await withLock(context, sandbox.reference, () =>
      cli.work([
        ...["up", "--yes", "--skip-preview", "--target", group],
        ...["--stack", sandbox.reference, "--config-file", file],
      ]),
    );
  }
  return expires;
}
