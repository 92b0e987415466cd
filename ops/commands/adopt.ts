/** `tarmac adopt`: prepares a repository on GitHub for the workflows. */
import type { Command } from "@commander-js/extra-typings";
import { collect } from "./namedStack.ts";

export function addAdopt(program: Command): void {
  program
    .command("adopt")
    .summary("prepare a GitHub repository: protected environments, variables, labels, code owners")
    .description(
      "Sets up a repository as the workflows need it, and reads every protection back from GitHub. It can run again at any " +
        "time: what is already correct stays. It never loosens a rule, and reports what it cannot do, e.g. because of the account's plan.",
    )
    .option("--repository <owner/name>", "repository on GitHub (default: the one in --outputs)")
    .option(
      "--outputs <file>",
      "the bootstrap's outputs: pulumi -C bootstrap stack output --json > FILE; sets the variables",
    )
    .option(
      "--environment <name>",
      "an environment to create and protect; may be repeated (default: those in --outputs)",
      collect,
    )
    .option("--reviewer <who>", "LOGIN or ORG/TEAM that must approve deployments to prod; may be repeated", collect)
    .option("--owner <who>", "@LOGIN or @ORG/TEAM that owns the controlling paths in .github/CODEOWNERS")
    .option("--branch <name>", "the branch that is deployed", "main")
    .option("--workflows-from <folder>", "copy missing workflows from this checkout of tarmac")
    .option("--json", "print { changed, kept, open }")
    .addHelpText(
      "after",
      "\nExit code: 0 nothing is open, 1 something is still open, 2 could not run. Needs GITHUB_TOKEN or gh auth login, with administration rights on the repository. See docs/delivery.md.",
    )
    .action(async (options) => {
      const { runAdopt } = await import("../adopt/runAdopt.ts");
      process.exitCode = await runAdopt(options);
    });
}
