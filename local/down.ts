/** `npm run down`: deletes the stack; with `--all` the environment stops too. */
import { commandLine, main } from "./commandLine.ts";
import { environmentRuns, startEnvironment, stopEnvironment } from "./environment.ts";
import { otherOwner, workAlone } from "./environmentOwner.ts";
import { removeEnvironmentFile } from "./stack/environmentFile.ts";
import { removeLeftovers } from "./stack/stackLeftovers.ts";
import { step } from "./progress.ts";
import * as stack from "./stack/stack.ts";

const help = `
npm run down [-- --all | --purge]

Deletes the resources of the stack "local": first those that Pulumi knows, then everything with the stack's name.

  --all        also stop the environment; its state (images, Pulumi's history) is kept, so that the next start is quick
  --purge      also delete that state; the built tools stay in the cache
  -h, --help   this text
`;

await main(async () => {
  const options = commandLine(help, { all: { type: "boolean" }, purge: { type: "boolean" } });
  const stop = options.all === true || options.purge === true;
  workAlone("npm run down");
  const other = otherOwner();
  if (other !== undefined && environmentRuns() && !stop) {
    throw new Error(
      `The stack belongs to the checkout ${other.checkout}: run "npm run down" there, or "npm run down -- --all" here to stop everything.`,
    );
  }
  if (options.purge !== true) await destroy(stop);
  if (stop) await stopEnvironment({ remove: options.purge === true });
  if (options.purge === true) removeEnvironmentFile();
});

/** @param stopping whether the command also stops the environment */
async function destroy(stopping: boolean): Promise<void> {
  if (!environmentRuns()) {
    // Stopped or lost by a reboot: there is nothing to delete from, and what is in the store is deleted at the next start.
    if (stopping) return;
    await startEnvironment();
  }
  await stack.ensureStack();
  await step("Pulumi stack", (report) => stack.clearStaleLock(report));
  try {
    await stack.destroyStack();
  } catch (error) {
    if (!stopping) throw error;
    process.stderr.write(
      `${error instanceof Error ? error.message : String(error)}; stopping the environment anyway\n`,
    );
    process.exitCode = 1;
    return;
  }
  await step("Looking for leftovers", (report) => removeLeftovers(stack.stackName, report));
}
