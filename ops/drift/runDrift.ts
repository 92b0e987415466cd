/** Checks one stack after another for drift, prints the result, and updates the drift issues. */
import { resolve } from "node:path";
import { UsageError } from "../couldNotRun.ts";
import { GitHubClient } from "../github/gitHubClient.ts";
import { addSummary, setOutput, workflowRun } from "../github/workflow.ts";
import { caller, project } from "../project.ts";
import { keptImages } from "../deploy/keptImages.ts";
import { cliOf } from "../pulumi/pulumiCli.ts";
import { backendOf } from "../pulumi/stackBackend.ts";
import { maskAll, masker } from "../report/mask.ts";
import { asleepText, sleepingCluster } from "../sleep/sleepingCluster.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import { azureSettingsOf } from "../azure/azureSettings.ts";
import { withCopyOfStackFile } from "../stackFiles/stackFileCopy.ts";
import { activityOf } from "../azure/resourceActivity.ts";
import { type AzureSettings, signIn } from "../azure/signIn.ts";
import { ClusterReader } from "../cluster/clusterReader.ts";
import { findPlace } from "../doctor/target.ts";
import { ownPolicyPack, policyFlags } from "../policy/policyPack.ts";
import { preview } from "../previewReport/runPreview.ts";
import { withLock } from "../pulumi/stackLock.ts";
import { stateOf as pulumiStateOf } from "../pulumi/stackState.ts";
import { watchStackRollout } from "../rollout/stackRollout.ts";
import { textList } from "../textList.ts";
import { watchedUpdate } from "../rollout/watchedUpdate.ts";
import { settingsInFile } from "../stackFiles/settingsFromFile.ts";
import { chooseToPutBack, refuseMore } from "./putBack.ts";
import { readOrder, urnsIn } from "./putBackOrder.ts";
import { type Witnesses, withWitnesses } from "./whoChanged.ts";
import { reportIssue } from "./driftIssue.ts";
import { codeWithoutPutBack, lookCode } from "./exitCodes.ts";
import { look } from "./lookForDrift.ts";
import { markdown, stateOf, text, type Finding } from "./driftText.ts";

export interface DriftOptions {
  stacks: readonly string[];
  /** Keep one issue per stack. */
  issue?: true;
  /** Author of the issues. */
  author: string;
  runProgram?: true;
  /** Stack file, for a single stack; relative to the caller's folder. */
  configFile?: string;
  json?: true;
  /** Put back the drifted resources. */
  putBack?: true;
  /** JSON list of URNs that may be put back. */
  named?: string;
  /** Only types that the setting autoPutBack names. */
  auto?: true;
  /** Read the command in a comment and pass it on. JSON list of stacks that may be put back. */
  order?: string;
}

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** @throws UsageError if the environment does not name the repository of the issues */
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
  // The program of a stack whose image comes from another stack would have no image.
  const kept = runProgram === true ? await keptImages(cliOfStack(stack), project, stack, file.file) : undefined;
  const changes = kept === undefined ? {} : { changes: kept.changes };
  const found = await withCopyOfStackFile({ folder: project, stack, ...file, ...changes }, (copy) =>
    look({ stack, folder: project, runProgram: runProgram === true, configFile: copy }, environmentOf(stack)),
  );
  const drifted =
    found.drifted.length === 0 ? [] : await withWitnesses(found.drifted, await witnessesOf(stack, settings));
  return maskAll({ stack, time, ...found, drifted }, masker(process.env));
}

/** The CLI with the backend of the stack's state. */
const cliOfStack = (stack: string) => cliOf({ cwd: project, env: backendOf(stack, process.env) }, say);

const environmentOf = (stack: string): NodeJS.ProcessEnv => ({ ...process.env, ...backendOf(stack, process.env) });

/** Never fails: drift is also reported without knowing who caused it. */
async function witnessesOf(stack: string, settings: AzureSettings): Promise<Witnesses> {
  const manifest = await pulumiStateOf(cliOfStack(stack), stack).then(
    ({ deployment }) => deployment?.manifest as { time?: string } | undefined,
    () => undefined,
  );
  const azure = await signIn(settings).catch(() => undefined);
  const place = await findPlace({ stack, env: backendOf(stack, process.env) }).catch(() => undefined);
  return {
    ...(azure === undefined ? {} : { activity: (id) => activityOf(azure, id, utc(manifest?.time)) }),
    ...(place === undefined ? {} : { cluster: new ClusterReader(place.kubeconfig) }),
  };
}

/** The format in which Azure compares times. */
const utc = (time: string | undefined) => (time === undefined ? undefined : new Date(time).toISOString());

/** @returns whether every requested resource was put back @throws CouldNotRun */
async function putBack(finding: Finding, options: DriftOptions): Promise<boolean> {
  const { stack } = finding;
  const file = options.configFile === undefined ? stackFile(project, stack) : resolve(caller, options.configFile);
  const kinds = options.auto === true ? settingsInFile(file, stack).autoPutBack : undefined;
  const { chosen, left, complete } = chooseToPutBack(finding.drifted, {
    ...(options.named === undefined ? {} : { named: urnsIn(options.named) }),
    ...(kinds === undefined ? {} : { kinds }),
  });
  for (const { drifted, why } of left) say(`${drifted.name} (${drifted.type}) stays as it is: ${why}`);
  if (chosen.length === 0) return complete;
  const urns = chosen.map(({ urn }) => urn);
  say(`putting back ${chosen.map(({ name }) => name).join(", ")}`);
  const cli = cliOfStack(stack);
  const pack = ownPolicyPack(stack, project);
  // Resources that are put back run the images they had, even if newer ones have been proven elsewhere since.
  const kept = await keptImages(cli, project, stack, file);
  const changes = kept === undefined ? {} : { changes: kept.changes };
  await withCopyOfStackFile({ folder: project, stack, file, ...changes }, async (configFile) => {
    const own = configFile === undefined ? {} : { configFile };
    const wanted = { stack, folder: project, ...own, refresh: true, targets: urns };
    const policies = pack === undefined ? {} : { policyPack: pack };
    refuseMore(await preview({ ...wanted, ...policies }, environmentOf(stack)), urns);
    const target = ["--stack", stack, ...(configFile === undefined ? [] : ["--config-file", configFile])];
    const only = urns.flatMap((urn) => ["--target", urn]);
    const update = () =>
      watchedUpdate(
        { cli, say, watch: (name, signal) => watchStackRollout(cli, name, say, signal) },
        { stack, target, options: ["--refresh", ...only, ...target, ...policyFlags(pack)] },
      );
    await withLock({ cli, say, now: () => new Date() }, stack, update);
  });
  say(`put back ${chosen.map(({ name }) => name).join(", ")}`);
  return complete;
}

/** @throws UsageError */
function stacksInOrder(list: string): string[] {
  const stacks = textList(list);
  if (stacks !== undefined) return stacks;
  throw new UsageError(`--order: "${list}" is not a JSON list of stacks, e.g. ["dev","staging"]`);
}

/** Sets the outputs `stack` and `urns` of the workflow step if a comment asks to put resources back. */
async function handOnOrder(list: string, author: string): Promise<void> {
  const stacks = stacksInOrder(list);
  const { token, repository, apiUrl, url, outputFile } = workflowRun(process.env);
  const eventFile = process.env.GITHUB_EVENT_PATH;
  if (token === undefined || repository === undefined || eventFile === undefined || outputFile === undefined)
    throw new UsageError("--order is for a workflow on issue_comment: set GITHUB_TOKEN (issues: write)");
  const client = new GitHubClient({ token, say, apiUrl });
  const run = url === undefined ? {} : { run: url };
  const order = await readOrder({ client, repository, eventFile, author, stacks, ...run });
  if (order === undefined) return say("this comment does not ask to put anything back");
  setOutput(outputFile, "stack", order.stack);
  setOutput(outputFile, "urns", JSON.stringify(order.urns));
}

/** @returns the exit code @throws CouldNotRun */
async function putBackAll(findings: readonly Finding[], options: DriftOptions): Promise<number> {
  for (const finding of findings) {
    const without = codeWithoutPutBack(stateOf(finding), options.auto === true);
    if (without !== undefined) return without;
    if (!(await putBack(finding, options))) return 1;
  }
  return 0;
}

/** @throws CouldNotRun */
export async function runDrift(options: DriftOptions): Promise<void> {
  if (options.order !== undefined) return handOnOrder(options.order, options.author);
  const issues = issueTracker(options);
  const { summaryFile } = workflowRun(process.env);
  const findings: Finding[] = [];
  for (const stack of options.stacks) {
    const finding = await lookAt(stack, options);
    findings.push(finding);
    if (options.json !== true) process.stdout.write(`${text(finding)}\n`);
    if (options.putBack === true) continue;
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
  process.exitCode = options.putBack === true ? await putBackAll(findings, options) : lookCode(states);
}
