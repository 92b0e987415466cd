/** `tarmac preflight`: checks in Azure whether a stack's first update can succeed. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { enterEnvironment } from "../stackEnvironment.ts";
import { collect, configFileOption, namedStack, stackOption } from "./namedStack.ts";

const kinds = ["registry", "storage", "vault"] as const;

export function addPreflight(program: Command): void {
  program
    .command("preflight")
    .summary("ask Azure beforehand whether a stack can be created or upgraded")
    .description(
      "Asks Azure what would stop an update of a stack: missing rights (including roles that must be activated), quotas, sizes and zones " +
        "that are not offered, versions, unregistered providers, taken names, overlapping networks, policies, and Kubernetes " +
        "APIs that an upgrade removes. Only reads, and takes seconds. Each finding has the command that fixes it.",
    )
    .argument("[stack]", "stack to check (required)")
    .option(...stackOption)
    .option(...configFileOption)
    .option(
      "--name <kind=name>",
      `also check that a name is free, e.g. vault=tarmac-keys: ${kinds.join(", ")}`,
      collect,
    )
    .option("--json", "print { stack, passed, seconds, checks: [{ check, state, what, fix }] }")
    .addHelpText(
      "after",
      "\nExit code: 0 every check passed, 1 Azure would refuse something, 2 could not run or a question has no answer. docs/preflight.md explains every check.",
    )
    .action(async (argument, options) => {
      const stack = namedStack(argument, options.stack);
      if (stack === undefined) throw new UsageError("name the stack to check: tarmac preflight STACK");
      const names = (options.name ?? []).map((text) => {
        const [given, name = ""] = text.split("=");
        const kind = kinds.find((one) => one === given);
        if (kind === undefined || name === "")
          throw new UsageError(
            `--name: "${text}" is not KIND=NAME with one of ${kinds.join(", ")}, e.g. vault=tarmac-keys`,
          );
        return { kind, name, setting: "--name" };
      });
      await enterEnvironment(stack);
      const { runPreflight } = await import("../preflight/runPreflight.ts");
      process.exitCode = await runPreflight({ ...options, stack, names });
    });
}
