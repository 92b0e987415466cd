/**
 * `sandbox extend`: sets a later expiry. The stack's tag is authoritative; the resource group's tag shows the expiry in
 * Azure.
 */
import { existsSync } from "node:fs";
import { withLock } from "../pulumi/stackLock.ts";
import { setTags, stateOf } from "../pulumi/stackState.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import { backendMark } from "./backendMark.ts";
import type { Context } from "./context.ts";
import { findSandbox } from "./sandboxDown.ts";
import { expiry } from "./lifetime.ts";
import { tags } from "./listSandboxes.ts";
import { powersOf } from "./sleep.ts";
import { removeStackFile, writeExpiry, writeStackFile } from "./sandboxFile.ts";

/**
 * @param lifetime minutes from now
 * @param form name of the stack whose file serves as the template if the sandbox's own file is missing
 * @returns the new expiry
 */
export async function extend(context: Context, name: string, lifetime: number, form: string): Promise<string> {
  const { cli, folder } = context;
  const sandbox = await findSandbox(context, name);
  const expires = expiry(context.now(), lifetime);
  await setTags(cli, sandbox.reference, { [tags.expires]: expires });
  if ((await powersOf(context, form)).get(sandbox.stack) === "stopped") {
    context.say(`${sandbox.stack} sleeps: its tag in Azure follows with the next update`);
    return expires;
  }
  const file = stackFile(folder, sandbox.stack);
  const own = existsSync(file);
  if (own) writeExpiry(folder, sandbox.stack, expires);
  else
    writeStackFile(folder, form, {
      stack: sandbox.stack,
      owner: sandbox.owner,
      expires,
      backend: await backendMark(cli),
    });
  try {
    await tagGroup(context, sandbox.reference, file);
  } finally {
    // A sandbox's file means that it was created on this machine.
    if (!own) removeStackFile(folder, sandbox.stack);
  }
  return expires;
}

/** Writes the new expiry into the tags of the sandbox's resource group, if it has one. */
async function tagGroup(context: Context, reference: string, file: string): Promise<void> {
  const { cli } = context;
  const { deployment } = await stateOf(cli, reference);
  const group = deployment?.resources?.find(({ type }) => type === "azure-native:resources:ResourceGroup")?.urn;
  if (group === undefined) return;
  await withLock(
    context,
    reference,
    () =>
      cli.work([
        ...["up", "--yes", "--skip-preview", "--target", group],
        ...["--stack", reference, "--config-file", file],
      ]),
    context.lock,
  );
}
