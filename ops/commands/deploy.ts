/** `tarmac deploy`: updates a stack as a pipeline does. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { enterEnvironment } from "../stackEnvironment.ts";
import { collectList, configFileOption, namedStack, stackOption } from "./namedStack.ts";

export function addDeploy(program: Command): void {
  program
    .command("deploy")
    .summary("update a stack, test the service, and record a good image")
    .description(
      "Updates a stack: asks Azure before the first update whether it can succeed, recovers from an interrupted update, previews " +
        "and judges what would happen now, with the policies and their settings in policy/config/STACK.json, updates right " +
        "after that preview has passed (with --plan, holds the update to it), and runs a smoke test afterwards. A guarded resource is replaced or deleted only if its pull " +
        "request or --allow-replace accepts it. An image that passes is recorded as good. After a " +
        "failed rollout the previous pods keep serving, and the doctor explains the failure.",
    )
    .argument("[stack]", "stack to update (required)")
    .option(...stackOption)
    .option(
      "--rollback",
      "return each service to its last good image, or a single service that already runs it to the image before; builds nothing",
    )
    .option(
      "--service <name>",
      "with --rollback: return this service only, to the image before if it runs its last good one; may be repeated or comma-separated",
      collectList,
    )
    .option(
      "--find",
      "only find the images that the stack in imageFrom has proven, or with --rollback the commit whose program and settings belong to the images; changes nothing",
    )
    .option(
      "--images <json>",
      "with the setting imageFrom: the output of that stack's deployment (default: read from its state)",
    )
    .option(
      "--allow-older <commit>",
      "deploy even though the stack was last updated to this newer or unrelated commit (docs/delivery.md)",
    )
    .option("--refresh", "read the real resources first, so that changes made by hand are reverted (see tarmac drift)")
    .option("--preview", "only preview and judge what the update would do now; changes nothing")
    .option(
      "--allow-replace <resource>",
      'accept that this resource is replaced, deleted, or changed in a guarded way, by name, "NAME (TYPE)" or URN; may be repeated or comma-separated',
      collectList,
    )
    .option("--approved <changes>", "stop at a change that is not in the output of another job's --preview")
    .option("--plan", "hold the update to the preview's plan (experimental in Pulumi: refuses first deployments)")
    .option("--smoke", "only run the smoke test on what is deployed")
    .option(
      "--take-lock",
      "no other process updates this stack (a workflow with a concurrency group): treat an existing lock as stale",
    )
    .option("--no-policy", "deploy without the policies")
    .option(
      "--no-preflight",
      "first deployment: do not ask Azure beforehand whether it can succeed (see tarmac preflight)",
    )
    .option(...configFileOption)
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
