/** `tarmac policy`: checks a stack against the policy pack. */
import type { Command } from "@commander-js/extra-typings";
import { defaultStack, enterEnvironment } from "../stackEnvironment.ts";
import { configFileOption, namedStack, stackOption } from "./namedStack.ts";

export function addPolicy(program: Command): void {
  program
    .command("policy")
    .summary("check a stack against the policies")
    .description(
      "Checks a stack against the policy pack: what an update would create (a preview; changes nothing), or what the last " +
        "update created. docs/policies.md explains every rule.",
    )
    .argument("[stack]", "stack to check (default: the selected stack)")
    .option(...stackOption)
    .option("--state", "check the state instead of a preview: runs no program and contacts no provider")
    .option(
      "--config <file>",
      "settings of the pack (default: policy/config/STACK.json, for sandboxes policy/config/sandbox.json, else the pack's own)",
    )
    .option(...configFileOption)
    .option("--json", "print { stack, config, at, findings, undecided, excepted, passed }")
    .addHelpText(
      "after",
      "\nExit code: 0 no finding that stops an update, 1 a mandatory rule is broken, 2 could not check.",
    )
    .action(async (argument, options) => {
      const stack = namedStack(argument, options.stack) ?? (await defaultStack());
      await enterEnvironment(stack);
      const { runPolicy } = await import("../policy/runPolicy.ts");
      await runPolicy({ ...options, stack });
    });
}
