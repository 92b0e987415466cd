/** `npm run drift`: is an environment still as the last update left it? */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { caller, checkout, readOrEnd, sayWhyNot } from "./commandLine.ts";
import { reportIssue } from "./drift/issue.ts";
import { look } from "./drift/look.ts";
import { markdown, stateOf, text, type Finding } from "./drift/render.ts";
import { GitHubClient, GitHubError } from "./github/client.ts";
import { addSummary, workflowRun } from "./github/workflow.ts";
import { NoPulumi } from "./pulumi/cli.ts";
import { maskAll, masker } from "./report/mask.ts";

const help = `
npm run drift -- STACK [STACK ...] [OPTIONS]

Asks Azure and Kubernetes whether each stack is as its last update left it, and says by resource and property what is not.
Changes nothing, neither there nor in the state.

  --issue              keep one issue a stack: opened on drift, updated, closed when it is gone (GITHUB_TOKEN, GITHUB_REPOSITORY)
  --author LOGIN       whose issues these are (default: github-actions[bot], whom a workflow's token belongs to)
  --run-program        run the program too, to sign in to cluster and cloud anew instead of as the last update did
  --config-file FILE   another file than Pulumi.STACK.yaml; for one stack
  --json               for programs: [{ stack, state, drifted: [{ what, name, type, properties }], problems }]
  -h, --help           this text

Exit code: 0 no drift, 1 drift, 2 could not look, and why. docs/drift.md says what counts and what does not.
In a workflow the result is also in the run's summary.
`;

const options = {
  issue: { type: "boolean", default: false },
  author: { type: "string", default: "github-actions[bot]" },
  "run-program": { type: "boolean", default: false },
  "config-file": { type: "string" },
  stack: { type: "string", short: "s", multiple: true, default: [] as string[] },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

function readArguments() {
  const { values, positionals } = parseArgs({
    options: { ...options, stack: { ...options.stack, default: [] } },
    allowPositionals: true,
    strict: true,
  });
  const stacks = [...new Set([...positionals, ...values.stack])];
  if (!values.help && stacks.length === 0) throw new Error("which stack? npm run drift -- STACK");
  if (values["config-file"] !== undefined && stacks.length > 1) throw new Error("--config-file is for one stack");
  return { ...values, stacks };
}

const given = readOrEnd(help, readArguments);
const workflow = workflowRun(process.env);
const say = (line: string) => void process.stderr.write(`${line}\n`);

function issueClient(): { client: GitHubClient; repository: string } | undefined {
  if (!given.issue) return undefined;
  const repository = process.env.GITHUB_REPOSITORY ?? "";
  const { token, apiUrl } = workflow;
  if (token === undefined || repository === "") {
    say("--issue: GITHUB_TOKEN (issues: write) and GITHUB_REPOSITORY (OWNER/NAME) must be set");
    process.exit(2);
  }
  return { client: new GitHubClient({ token, say, apiUrl }), repository };
}

async function lookAt(stack: string): Promise<Finding> {
  const file = given["config-file"];
  const found = await look({
    ...{ stack, folder: checkout, runProgram: given["run-program"] },
    ...(file === undefined ? {} : { configFile: resolve(caller, file) }),
  });
  return maskAll({ stack, time: new Date().toISOString(), ...found }, masker(process.env));
}

async function run(): Promise<void> {
  const issues = issueClient();
  const findings: Finding[] = [];
  for (const stack of given.stacks) {
    const finding = await lookAt(stack);
    findings.push(finding);
    if (!given.json) process.stdout.write(`${text(finding)}\n`);
    if (workflow.summaryFile !== undefined) addSummary(workflow.summaryFile, `${markdown(finding)}\n\n`);
    if (issues === undefined) continue;
    const { did, url } = await reportIssue(issues.client, issues.repository, finding, given.author);
    if (did !== "nothing") say(`${stack}: issue ${did}: ${url}`);
  }
  const states = findings.map(stateOf);
  if (given.json) {
    const plain = findings.map((finding, i) => ({ ...finding, state: states[i] }));
    process.stdout.write(`${JSON.stringify(plain, undefined, 2)}\n`);
  }
  process.exitCode = states.includes("drift") ? 1 : states.includes("unseen") ? 2 : 0;
}

if (given.help) process.stdout.write(`${help.trim()}\n`);
else {
  try {
    await run();
  } catch (error) {
    sayWhyNot(error, "drift", [NoPulumi, GitHubError]);
  }
}
