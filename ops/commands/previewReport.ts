/** `tarmac preview-report`: reports on a pull request what a change would do to its environments. */
import type { Command } from "@commander-js/extra-typings";
import { UsageError } from "../couldNotRun.ts";
import { workflowLogin } from "../github/workflowLogin.ts";
import { overrideLabel } from "../previewReport/overrideLabel.ts";
import { defaultStack, enterEnvironment, environmentIn } from "../stackEnvironment.ts";
import { collect } from "./namedStack.ts";

export function addPreviewReport(program: Command): void {
  program
    .command("preview-report")
    .summary("report what a change would do to its environments, and stop dangerous changes")
    .description(
      "Previews the environments that a change touches, in parallel and without changing anything. Reports in Markdown what " +
        "would be created, updated, replaced and deleted, which properties cause it, and what the policies find. A change " +
        "that replaces or deletes a guarded resource, or violates a policy, passes only with a label on its pull request.",
    )
    .argument("[stacks...]", "stacks to preview, regardless of what the change touches")
    .optionsGroup("What to preview:")
    .option(
      "--base <revision>",
      "the environments touched by the changes since this commit, e.g. HEAD^1 or origin/main",
    )
    .option("-s, --stack <name>", "the same as an argument; may be repeated", collect)
    .option("--previewed <list>", "environments to preview, of those that are touched: dev,staging or a JSON list")
    .option("--config-file <file>", "stack file of the one stack (default: Pulumi.STACK.yaml)")
    .option("--policy-pack <folder>", "policies (default: policy; with --base, that commit's)")
    .option(
      "--policy-config <file>",
      "settings of the policies (default: policy/config/STACK.json; with --base, that commit's)",
    )
    .option("--no-policy", "without policies")
    .option("--image", "also build the image of --base and of the change, and compare their sizes (needs Docker)")
    .option("--offline", "settings only: no Pulumi, no sign-in; always used for a pull request from a fork")
    .optionsGroup("What to do with the report:")
    .option("--post", "comment on the pull request, as GITHUB_TOKEN, in one comment that is kept up to date")
    .option("--pull-request <number>", "pull request (default: that of the workflow's event)")
    .option("--author <login>", "author of the comment to keep up to date", workflowLogin)
    .option("--label <name>", "label that accepts what stopped a change", overrideLabel)
    .option("--consent-of-author", "also count the label if the author of the change added it (a team of one)")
    .option("--override", "without a pull request: act as if it had the label")
    .option("--markdown <file>", "write the whole text, which may be too long for a comment")
    .option("--json", "print { verdict: { state, reasons }, report: { environments, ... } }")
    .optionsGroup(
      "In two steps, so that the previewing job cannot write to the pull request and the writing job has no credentials:",
    )
    .option("--collect <file>", "only preview, and write the result")
    .option(
      "--judge <path>",
      "only judge and report what other runs collected: a file, or a folder of collected-STACK.json",
    )
    .addHelpText(
      "after",
      "\nExit code: 0 passes (or is collected), 1 does not pass or a preview failed (also with --collect), 2 could not run. See docs/preview-report.md.",
    )
    .action(async (listed, options) => {
      const named = [...listed, ...(options.stack ?? [])];
      const own = named.find((stack) => environmentIn(stack) !== undefined);
      if (own !== undefined && new Set(named).size > 1)
        throw new UsageError(
          `"${own}" has an environment of its own (Pulumi.${own}.env): preview it in a run of its own`,
        );
      const byDefault = named.length === 0 && options.base === undefined && options.judge === undefined;
      const only = byDefault ? await defaultStack() : own;
      await enterEnvironment(only);
      const [{ readOptions }, { runPreviewReport }] = await Promise.all([
        import("../previewReport/previewReportOptions.ts"),
        import("../previewReport/runPreviewReport.ts"),
      ]);
      await runPreviewReport(readOptions({ ...options, stack: only === undefined ? named : [only] }));
    });
}
