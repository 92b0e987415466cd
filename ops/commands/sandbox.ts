/** `tarmac sandbox`: expiring environments for a branch or a person. */
import type { Command } from "@commander-js/extra-typings";
import type { RunSandbox } from "../sandbox/runSandbox.ts";
import { workflowLogin } from "../github/workflowLogin.ts";
import { budgetRange, lifetimeRange, rangeText } from "../sandbox/timeRanges.ts";

export function addSandbox(program: Command): void {
  const sandbox = program
    .command("sandbox")
    .summary("create an environment for a branch or a person that expires, and remove it completely")
    .description(
      "Short-lived environments, created from Pulumi.sandbox.yaml. They expire and are deleted completely. Only stacks that " +
        '"up" created are ever deleted: their name starts with "sandbox-" and their tag says so.',
    )
    .addHelpText("after", help);

  sandbox
    .command("up")
    .summary("create or update a sandbox")
    .argument("<name>", 'any name, e.g. the branch "feature/42"')
    .option(...ttl)
    .option("--no-policy", "without the policies (default: policy/, with policy/config/sandbox.json)")
    .option("--owner <who>", "person to ask about it (default: GITHUB_ACTOR, or the user of this machine)")
    .option(...takeLock)
    .option("--no-preflight", "create it without asking Azure first whether that can succeed (see tarmac preflight)")
    .option(...from)
    .option(...json)
    .addHelpText("after", help)
    .action(async (name, options) => run({ command: "up", name, ...options }));
  sandbox
    .command("list")
    .summary("list the sandboxes, their owners, and when they expire")
    .option(...json)
    .addHelpText("after", help)
    .action(async (options) => run({ command: "list", ...options }));
  sandbox
    .command("report")
    .summary("tell pull requests about their sandboxes: a comment, a deployment, and a warning before the end")
    .description(
      'For workflows: reads the step output "news" of "up", "down", "extend" and "reap". Only sandboxes named ' +
        "pr-NUMBER have a pull request. Needs GITHUB_TOKEN with pull-requests: write and deployments: write, and GITHUB_REPOSITORY.",
    )
    .argument("[name]", "sandbox to report (default: all sandboxes in the news)")
    .option("--news <json>", "the news output of that step; empty: it ended without any")
    .option("--creating", "say that the sandbox is being created or updated")
    .option("--warn <time>", `warn this long before the end, ${rangeText(budgetRange)}`, "6h")
    .option("--author <login>", "author of the comments", workflowLogin)
    .addHelpText("after", help)
    .action(async (name, options) => run({ command: "report", name, ...options }));
  sandbox
    .command("extend")
    .summary("let a sandbox expire later")
    .argument("<name>", "the sandbox")
    .option(...ttl)
    .option(...from)
    .option(...json)
    .addHelpText("after", help)
    .action(async (name, options) => run({ command: "extend", name, ...options }));
  sandbox
    .command("sleep")
    .summary("stop the cluster: nodes cost nothing, and everything on it is kept")
    .argument("<name>", "the sandbox, or a stack with the setting sleepAt")
    .option(...from)
    .option(...json)
    .addHelpText("after", help)
    .action(async (name, options) => run({ command: "sleep", name, ...options }));
  sandbox
    .command("wake")
    .summary("start the cluster again")
    .argument("<name>", "the sandbox, or a stack with the setting sleepAt")
    .option(...from)
    .option(...json)
    .addHelpText("after", help)
    .action(async (name, options) => run({ command: "wake", name, ...options }));
  sandbox
    .command("schedule")
    .summary("stop and start clusters according to the settings sleepAt and wakeAt; for a schedule")
    .argument("[stacks...]", "stacks with the setting sleepAt (default: all sandboxes)")
    .option(...from)
    .option(...json)
    .addHelpText("after", help)
    .action(async (stacks, options) => run({ command: "schedule", stacks, ...options }));
  sandbox
    .command("due")
    .summary("list the sandboxes with something to do now; with a name, do it: take it down, stop or start its cluster")
    .description(
      "For a schedule whose jobs on one sandbox exclude each other and those that create it. A sandbox is due when it has expired, or " +
        'when sleepAt or wakeAt has passed. In a workflow, the list is the step output "sandboxes".',
    )
    .argument("[name]", "the sandbox (default: only list)")
    .option("--budget <time>", `longest time for it, ${rangeText(budgetRange)}`, "50m")
    .option(...takeLock)
    .option(...from)
    .option(...json)
    .addHelpText("after", help)
    .action(async (name, options) => run({ command: "due", name, ...options }));
  sandbox
    .command("down")
    .summary("delete a sandbox and check that nothing is left")
    .argument("<name>", "the sandbox")
    .option(...takeLock)
    .option(...madeByOthers)
    .option(...from)
    .option(...json)
    .addHelpText("after", help)
    .action(async (name, options) => run({ command: "down", name, ...options }));
  sandbox
    .command("reap")
    .summary("take down every expired sandbox")
    .option("--dry-run", "only report what would be taken down")
    .option("--groups", "only resource groups of expired sandboxes whose stack is gone")
    .option(
      "--budget <time>",
      `longest time for one sandbox, ${rangeText(budgetRange)}; the next run tries it last`,
      "20m",
    )
    .option("--within <time>", `longest time for all of them, ${rangeText(budgetRange)}`, "50m")
    .option(...madeByOthers)
    .option(...from)
    .option(...json)
    .addHelpText("after", help)
    .action(async (options) => run({ command: "reap", ...options }));
}

const ttl = ["--ttl <time>", `how long it lives from now on, ${rangeText(lifetimeRange)}`, "8h"] as const;
const from = [
  "--from <stack>",
  'stack whose file sandboxes are made from (default: TARMAC_SANDBOX_FORM, or "sandbox")',
] as const;
const takeLock = [
  "--take-lock",
  "for workflows whose jobs on one sandbox never run at the same time: treat an existing lock as stale",
] as const;
const madeByOthers = [
  "--made-by-others",
  "also delete sandboxes that another identity created: the resources in their state are deleted with your rights",
] as const;
const json = ["--json", "print the result to stdout and everything else to stderr"] as const;
const help =
  "\nExit code: 0 done and nothing left, 1 something is left or failed, 2 could not run. See docs/sandboxes.md.";

async function run(wanted: RunSandbox): Promise<void> {
  const { runSandbox } = await import("../sandbox/runSandbox.ts");
  process.exitCode = await runSandbox(wanted);
}
