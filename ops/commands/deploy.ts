/** `tarmac deploy`: updates a stack as a pipeline does. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { enterEnvironment } from "../stackEnvironment.ts";
import { collectList, namedStack } from "./namedStack.ts";

export function addDeploy(program: Command): void {
  program
    .command("deploy")
    .summary("update a stack, try the service, and remember a good image")
    .description(
      "Updates a stack: asks Azure before the first update whether it can succeed, recovers from an interrupted update, previews " +
        "and judges what would happen now, with the policies and their settings in policy/config/STACK.json, holds the update " +
        "to that preview, and runs a smoke test afterwards. A guarded resource is replaced or deleted only where its pull " +
        "request or --allow-replace accepts it. An image that passes is remembered as good. After a " +
        "failed rollout the previous pods keep serving, and the doctor explains the failure.",
    )
    .argument("[stack]", "stack to update (required)")
    .option("-s, --stack <name>", "the same as the argument")
    .option(
      "--rollback",
      "return each service that does not run its last good image to it, or a single service to the one before; builds nothing",
    )
    .option(
      "--service <name>",
      "with --rollback: return this service only, to the image before if it runs its last good one; may be repeated, or a list with commas",
      collectList,
    )
    .option(
      "--find",
      "only find the images that the stack in imageFrom has proved, or with --rollback the commit whose program and settings belong to the images; changes nothing",
    )
    .option(
      "--images <json>",
      "with the setting imageFrom: the output of that stack's deployment (default: read from its state)",
    )
    .option(
      "--allow-older <commit>",
      "deploy although the stack was updated to this commit, which is newer or unrelated (docs/delivery.md)",
    )
    .option("--refresh", "read the real resources first, so that changes made by hand are reverted (see tarmac drift)")
    .option("--preview", "only preview and judge what the update would do now; changes nothing")
    .option(
      "--allow-replace <resource>",
      'accept that this resource is replaced or deleted, by name, "NAME (TYPE)" or URN; may be repeated, or a list with commas',
      collectList,
    )
    .option(
      "--approved <changes>",
      "stop at a change that the output of --preview, handed on by another job, did not have",
    )
    .option(
      "--plan",
      "hold the update to the plan that the preview saves (experimental at Pulumi: refuses first deployments)",
    )
    .option("--smoke", "only run the smoke test on what is deployed")
    .option(
      "--take-lock",
      "nobody else is updating this stack (a workflow with a concurrency group): treat a lock as left over",
    )
    .option("--no-policy", "deploy without the policies")
    .option(
      "--no-preflight",
      "first deployment: do not ask Azure beforehand whether it can succeed (see tarmac preflight)",
    )
    .option("--config-file <file>", "stack file (default: Pulumi.STACK.yaml)")
    .option(
      "--json",
      "print { stack, state, services } or { stack, state, reasons, changes } to stdout and everything else to stderr",
    )
    .addHelpText(
      "after",
      "\nExit code: 0 deployed and passed (--preview: would pass), 1 stopped, or the update or the smoke test failed, 2 could not run. See docs/delivery.md.",
    )
    .action(async (argument, options) => {
      const stack = namedStack(argument, options.stack);
      if (stack === undefined) throw new UsageError("name the stack to deploy: tarmac deploy STACK");
      if (options.smoke === true && (options.rollback ?? options.refresh) === true)
        throw new UsageError(
          `--smoke and --${options.rollback === true ? "rollback" : "refresh"} exclude each other: every update ends with the smoke test`,
        );
      if (options.rollback !== true)
        if ((options.service ?? []).length > 0)
          // A workflow may pass an empty list.
          throw new UsageError("--service has no effect without --rollback: add --rollback, or remove it");
      if (options.smoke === true && options.preview === true)
        throw new UsageError("--smoke and --preview exclude each other: use one at a time");
      await enterEnvironment(stack);
      const { runDeploy } = await import("../deploy/runDeploy.ts");
      process.exitCode = await runDeploy({ ...options, stack });
    });
}
