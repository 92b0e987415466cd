/** `tarmac drift`: compares environments with the result of their last update. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { workflowLogin } from "../github/workflowLogin.ts";
import { enterEnvironment, environmentIn } from "../stackEnvironment.ts";
import { collect } from "./namedStack.ts";

export function addDrift(program: Command): void {
  program
    .command("drift")
    .summary("find what was changed outside of Pulumi")
    .description(
      "Compares each stack's resources in Azure and Kubernetes with the result of its last update, and reports every difference by " +
        "resource and property. Changes nothing, neither the resources nor the state. In a workflow the result is also in " +
        "the run's summary.",
    )
    .argument("[stacks...]", "stacks to check (at least one)")
    .option("-s, --stack <name>", "the same as an argument; may be repeated", collect)
    .option(
      "--issue",
      "keep one GitHub issue per stack: open it on drift, update it, close it when the drift is gone (GITHUB_TOKEN, GITHUB_REPOSITORY)",
    )
    .option("--author <login>", "author of these issues", workflowLogin)
    .option(
      "--put-back",
      "put back what has drifted, for one stack: exactly these resources, never a guarded one, and never by replacing or deleting",
    )
    .option("--named <json>", "with --put-back: only these, a JSON list of URNs")
    .option("--auto", "with --put-back: only kinds that the setting autoPutBack names")
    .option(
      "--order <list>",
      "in a workflow on issue_comment: if the comment is /tarmac put-back from a person with write access, and the issue is about one of these stacks (JSON list), set the outputs stack and urns",
    )
    .option("--run-program", "run the program too, for a fresh sign-in to cluster and cloud")
    .option("--config-file <file>", "stack file, for one stack (default: Pulumi.STACK.yaml)")
    .option("--json", "print [{ stack, state, drifted: [{ what, name, type, properties }], problems }]")
    .addHelpText(
      "after",
      "\nExit code: 0 no drift, 1 drift, 2 could not check; with --put-back: 0 put back, 1 something stays as it is. docs/drift.md says what counts as drift and what does not.",
    )
    .action(async (listed, options) => {
      const stacks = [...new Set([...listed, ...(options.stack ?? [])])];
      if (options.order !== undefined) {
        const { runDrift } = await import("../drift/runDrift.ts");
        return runDrift({ ...options, stacks });
      }
      const [first, ...others] = stacks;
      if (first === undefined) throw new UsageError("name the stacks to check: tarmac drift STACK [STACK ...]");
      if (options.putBack === true && others.length > 0) throw new UsageError("--put-back is for one stack");
      if ((options.named ?? options.auto) !== undefined && options.putBack !== true)
        throw new UsageError("--named and --auto go with --put-back");
      if (options.configFile !== undefined && others.length > 0) throw new UsageError("--config-file is for one stack");
      const own = stacks.find((stack) => environmentIn(stack) !== undefined);
      if (own !== undefined && others.length > 0)
        throw new UsageError(
          `"${own}" has an environment of its own (Pulumi.${own}.env): check it in a run of its own`,
        );
      await enterEnvironment(first);
      const { runDrift } = await import("../drift/runDrift.ts");
      await runDrift({ ...options, stacks });
    });
}
