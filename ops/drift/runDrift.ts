/** Looks for drift in one stack after another, prints it, and keeps the issues about it up to date. */
import { resolve } from "node:path";
import { UsageError } from "../couldNotRun.ts";
import { GitHubClient } from "../github/gitHubClient.ts";
import { addSummary, workflowRun } from "../github/workflow.ts";
import { caller, project } from "../project.ts";
import { backendOf } from "../pulumi/stackBackend.ts";
import { maskAll, masker } from "../report/mask.ts";
import { asleepText, sleepingCluster } from "../sleep/sleepingCluster.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import { azureSettingsOf } from "../azure/azureSettings.ts";
import { withCopyOfStackFile } from "../stackFiles/stackFileCopy.ts";
import { reportIssue } from "./driftIssue.ts";
import { look } from "./lookForDrift.ts";
import { markdown, stateOf, text, type Finding } from "./driftText.ts";

export interface DriftOptions {
  stacks: readonly string[];
  /** Keep one issue per stack. */
  issue?: true;
  /** Whose issues these are. */
  author: string;
  runProgram?: true;
  /** Stack file of the one stack, from the caller's folder. */
  configFile?: string;
  json?: true;
}

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** @throws UsageError when the environment does not say where the issues are */
function issueTracker({ issue }: DriftOptions): { client: GitHubClient; repository: string } | undefined {
  if (issue !== true) return undefined;
  const repository = process.env.GITHUB_REPOSITORY ?? "";
  const { token, apiUrl } = workflowRun(process.env);
  if (token === undefined || repository === "")
    throw new UsageError("--issue: set GITHUB_TOKEN (issues: write) and GITHUB_REPOSITORY (OWNER/NAME)");
  return { client: new GitHubClient({ token, say, apiUrl }), repository };
}

async function lookAt(stack: string, { configFile, runProgram }: DriftOptions): Promise<Finding> {
  const file = configFile === undefined ? {} : { file: resolve(caller, configFile) };
  const settings = azureSettingsOf(file.file ?? stackFile(project, stack));
  const cluster = await sleepingCluster(stack, settings);
  const time = new Date().toISOString();
  if (cluster !== undefined)
    return { stack, time, drifted: [], looked: 0, problems: [], asleep: asleepText(stack, cluster) };
  const found = await withCopyOfStackFile({ folder: project, stack, ...file }, (copy) =>
    look(
      { stack, folder: project, runProgram: runProgram === true, configFile: copy },
      { ...process.env, ...backendOf(stack, process.env) },
    ),
  );
  return maskAll({ stack, time, ...found }, masker(process.env));
}

/** @throws CouldNotRun */
export async function runDrift(options: DriftOptions): Promise<void> {
  const issues = issueTracker(options);
  const { summaryFile } = workflowRun(process.env);
  const findings: Finding[] = [];
  for (const stack of options.stacks) {
    const finding = await lookAt(stack, options);
    findings.push(finding);
    if (options.json !== true) process.stdout.write(`${text(finding)}\n`);
    if (summaryFile !== undefined) addSummary(summaryFile, `${markdown(finding)}\n\n`);
    if (issues === undefined) continue;
    const { did, url } = await reportIssue(issues.client, issues.repository, finding, options.author);
    if (did !== "nothing") say(`${stack}: issue ${did}: ${url}`);
  }
  const states = findings.map(stateOf);
  if (options.json === true) {
    const plain = findings.map((finding, i) => ({ ...finding, state: states[i] }));
    process.stdout.write(`${JSON.stringify(plain, undefined, 2)}\n`);
  }
  process.exitCode = states.includes("drift") ? 1 : states.includes("unseen") ? 2 : 0;
}
