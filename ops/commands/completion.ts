/** `tarmac completion SHELL`: prints a script for the shell, which calls this program for suggestions. */
import tab from "@bomb.sh/tab/commander";
import type { Command } from "@commander-js/extra-typings";
import type { Command as AnyCommand } from "commander";
import { project } from "../project.ts";
import { stacksIn } from "../stackFiles/stackFile.ts";

/** @param program with all its commands: commands added later are not completed */
export function addCompletion(program: Command): void {
  const root = tab(program as unknown as AnyCommand, { completionCommandName: "completion" });
  for (const command of root.commands.values()) {
    const stacks = [command.options.get("stack"), command.options.get("from"), command.arguments.get("stack")];
    for (const place of [...stacks, command.arguments.get("stacks")])
      if (place !== undefined) place.handler = (complete) => stacksIn(project).forEach((stack) => complete(stack, ""));
  }
}
