/** Updates a stack as a pipeline does: recovers it, holds it to the policies, tries the service, and remembers a good image. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { azureResources } from "../azure/azureResources.ts";
import { azureSettingsOf } from "../azure/azureSettings.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { GitHubClient, GitHubError } from "../github/gitHubClient.ts";
import { addSummary, jobTimeLimitMinutes, setOutput, workflowRun, type WorkflowRun } from "../github/workflow.ts";
import { policyPackFor } from "../policy/policyPack.ts";
import { preflightBeforeFirstUpdate } from "../preflight/runPreflight.ts";
import { preview } from "../previewReport/runPreview.ts";
import { caller, project } from "../project.ts";
import { type Cli, cliOf, PulumiFailed } from "../pulumi/pulumiCli.ts";
import { backendOf } from "../pulumi/stackBackend.ts";
import { outputsOf } from "../pulumi/stackState.ts";
import { maskAll, masker } from "../report/mask.ts";
import { watchStackRollout } from "../rollout/stackRollout.ts";
import { settingsInFile } from "../stackFiles/settingsFromFile.ts";
import { stackFile, stacksIn } from "../stackFiles/stackFile.ts";
import { withCopyOfStackFile } from "../stackFiles/stackFileCopy.ts";
import { askedAt } from "./serviceAddress.ts";
import { aftermath } from "./aftermath.ts";
import { deployedCommit, noteCommit } from "./deployedCommit.ts";
import { approvedChanges, handedOn, judgeDeployment, type Judgement, linesOf, Stopped } from "./deploymentGate.ts";
import { gateMarkdown } from "./gateMarkdown.ts";
import { type Brought, mergedPullRequests } from "./mergedPullRequests.ts";
import { goodImages, imageToReturnTo, noteGood, wayBack } from "./goodImages.ts";
import { deployedMarkdown, failedMarkdown } from "./deploymentMarkdown.ts";
import { smoke, type Smoke } from "./smoke.ts";
import { imageInState } from "./imageInState.ts";
import { type Update, update, type UpdateContext } from "./update.ts";
import { wantedImage } from "./imageOnCluster.ts";

export interface DeployOptions {
  stack: string;
  /** Return to the last good image. */
  rollback?: true;
  /** Read the real resources first. */
  refresh?: true;
  /** Only run the smoke test. */
  smoke?: true;
  /** Nobody else is updating this stack. */
  takeLock?: true;
  /** Only preview and judge. */
  preview?: true;
  /** Resources that may be replaced or deleted. */
  allowReplace?: string[];
  /** What a job with `preview` handed on, and somebody approved. */
  approved?: string;
  plan?: true;
  /** False: `--no-policy`. */
  policy: boolean;
  /** False: `--no-preflight`. */
  preflight: boolean;
  /** Stack file, from the caller's folder. */
  configFile?: string;
  json?: true;
}

/** @throws CouldNotRun when there is no such file */
function settingsFile({ stack, configFile }: DeployOptions): string {
  const file = configFile === undefined ? stackFile(project, stack) : resolve(caller, configFile);
  if (existsSync(file)) return file;
  throw new CouldNotRun(
    configFile === undefined
      ? `Pulumi.${stack}.yaml does not exist; the stacks with a file are ${stacksIn(project).join(", ")}. For another file: --config-file FILE`
      : `--config-file: ${configFile} does not exist`,
  );
}

/**
 * A machine of GitHub's goes with its job. One of your own does not: when it loses contact, GitHub starts the next job although the
 * update still runs there, for at most the time limit of a job. https://github.com/actions/runner/issues/3539
 */
const jobMinutes = ({ RUNNER_ENVIRONMENT }: NodeJS.ProcessEnv) =>
  RUNNER_ENVIRONMENT === "self-hosted" ? { jobMinutes: jobTimeLimitMinutes } : {};

/** @returns the exit code @throws CouldNotRun */
export async function runDeploy(options: DeployOptions): Promise<number> {
  const { stack } = options;
  // The doctor and the smoke test look at the state as well.
  Object.assign(process.env, backendOf(stack, process.env));
  const workflow = workflowRun(process.env);
  const hide = masker(process.env);
  const say = (line: string) => void process[options.json === true ? "stderr" : "stdout"].write(`${hide(line)}\n`);
  const cli = cliOf({ cwd: project }, say);
  const context: UpdateContext = {
    cli,
    azure: () => azureResources(azureSettingsOf(settingsFile(options))),
    watch: (name, signal) => watchStackRollout(cli, name, say, signal),
    now: () => new Date(),
    say,
    gate: async (wanted, savePlan) => {
      const judgement = await judgeNow(wanted, savePlan);
      if (judgement.verdict.state === "stopped") throw new Stopped(stack, judgement);
    },
  };
  /** What the update would do now, said and judged. */
  const judgeNow = async (wanted: Update, savePlan?: string): Promise<Judgement> => {
    const { configFile, policyPack, refresh = false } = wanted;
    const given = { stack, folder: project, refresh, ...(configFile === undefined ? {} : { configFile }) };
    say(`previewing ${stack}`);
    const seen = await preview({
      ...given,
      ...(policyPack === undefined ? {} : { policyPack }),
      ...(savePlan === undefined ? {} : { savePlan }),
    });
    const judgement = judgeDeployment({
      ...{ stack, preview: maskAll(seen, hide), allowed: options.allowReplace ?? [] },
      ...{ brought: await broughtBy(workflow, cli, stack, say), approved: approvedChanges(options.approved) },
    });
    say(`previewed ${stack}: ${seen.outcome}, ${seen.changes.length} changes`);
    for (const line of linesOf(judgement)) say(line);
    summarise(gateMarkdown(stack, judgement));
    return judgement;
  };
  const file = settingsFile(options);
  const settings = settingsInFile(file, stack);
  const { readinessPath: readyPath } = settings;
  /** Where the service of these outputs is asked. */
  const askedOf = ({ url, namespaceName }: Record<string, unknown>): string | undefined =>
    typeof url === "string"
      ? askedAt(url, { name: settings.appName, namespace: String(namespaceName), port: settings.servicePort })
      : undefined;
  const result = (state: string, more: object) => {
    if (options.json === true) process.stdout.write(`${JSON.stringify({ stack, state, ...more }, undefined, 2)}\n`);
  };
  const summarise = (text: string) => {
    if (workflow.summaryFile !== undefined) addSummary(workflow.summaryFile, hide(text));
  };

  /** What has passed, and what is to run: asked of the cluster, or else of the state. */
  const images = async () => ({
    good: await goodImages(context.cli, stack),
    running: (await wantedImage(stack, settings.appName)) ?? (await imageInState(context.cli, stack)),
  });
  /** The way back to a good image from the one that was to run. */
  const backFrom = async () => {
    const { good, running } = await images();
    return wayBack(stack, good, running);
  };

  const imageForRollback = async () => {
    const { good, running } = await images();
    return imageToReturnTo(stack, good, running);
  };

  if (options.smoke !== true) {
    const before = await outputsOf(context.cli, stack);
    if (options.preflight && options.preview !== true && Object.keys(before).length === 0)
      await preflightBeforeFirstUpdate(stack, file, say);
    const policyPack = options.policy ? { policyPack: policyPackFor(stack, project) } : {};
    const wanted: Update = {
      ...{ stack, takeLock: options.takeLock === true, refresh: options.refresh === true, ...policyPack },
      ...jobMinutes(process.env),
      unplanned: options.plan !== true,
    };
    try {
      const image = options.rollback === true ? await imageForRollback() : undefined;
      if (image !== undefined) say(`rolling back to ${image}`);
      const changes = image === undefined ? {} : { changes: { "tarmac:image": image } };
      const copy = { folder: project, stack, file, ...changes };
      if (options.preview === true) {
        const judgement = await withCopyOfStackFile(copy, (configFile) => judgeNow({ ...wanted, configFile }));
        if (workflow.outputFile !== undefined) setOutput(workflow.outputFile, "changes", handedOn(judgement));
        const stopped = judgement.verdict.state === "stopped";
        result(stopped ? "stopped" : "passes", { reasons: judgement.verdict.reasons, changes: changesOf(judgement) });
        return stopped ? 1 : 0;
      }
      await withCopyOfStackFile(copy, (configFile) => update(context, { ...wanted, configFile }));
    } catch (error) {
      if (error instanceof Stopped) {
        say(`The deployment of ${stack} is stopped, and nothing was changed.`);
        const { judgement } = error;
        result("stopped", { reasons: judgement.verdict.reasons, changes: changesOf(judgement) });
        return 1;
      }
      if (!(error instanceof PulumiFailed)) throw error;
      const after = await aftermath(stack, askedOf(before), readyPath).catch((cause: unknown) => ({
        serving: `The pods could not be checked: ${(cause as Error).message}`,
      }));
      const diagnosis = "diagnosis" in after ? after.diagnosis : undefined;
      const back = await backFrom().catch(() => undefined);
      say(["", `The update of ${stack} failed.`, after.serving, diagnosis, back].filter(Boolean).join("\n"));
      summarise(failedMarkdown({ stack, error: (error as Error).message, ...after, back }));
      result("failed", { error: hide((error as Error).message), ...after });
      return 1;
    }
  }

  const after = await outputsOf(context.cli, stack);
  const [address, image] = [askedOf(after), asText(after.imageReference)];
  if (address === undefined || image === undefined) {
    throw new CouldNotRun(
      `stack "${stack}" has no outputs "url" and "imageReference": is it deployed? npx tarmac deploy ${stack}`,
    );
  }
  say(`trying ${address}`);
  const tried: Smoke = await smoke({ stack, image, address, readyPath });
  for (const line of tried.seen) say(`  ok: ${line}`);
  for (const line of tried.problems) say(`  not ok: ${line}`);
  const passed = tried.problems.length === 0;
  if (passed) await noteGood(context.cli, stack, image);
  // After a rollback the stack runs an older image than that of the commit.
  if (passed && options.smoke !== true && options.rollback !== true && workflow.commit !== undefined)
    await noteCommit(context.cli, stack, workflow.commit);
  const back = passed ? undefined : await backFrom();
  say(
    passed
      ? `${stack} runs ${image}, which is good`
      : [`${stack} did not pass the smoke test; to find out why: npx tarmac doctor ${stack}`, back]
          .filter(Boolean)
          .join("\n"),
  );
  summarise(deployedMarkdown({ stack, image, address, tried, back }));
  result(passed ? "good" : "bad", { image, smoke: tried });
  return passed ? 0 : 1;
}

const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const changesOf = ({ report }: Judgement) =>
  report.environments.flatMap(({ preview: seen }) =>
    (seen?.changes ?? []).map(({ action, type, name, urn }) => ({ action, type, name, urn })),
  );

/** What pull requests brought, where this is a workflow that can ask GitHub. What cannot be asked was accepted by nobody. */
async function broughtBy(
  { token, repository, commit, apiUrl }: WorkflowRun,
  cli: Cli,
  stack: string,
  say: (line: string) => void,
): Promise<Brought | undefined> {
  if (token === undefined || repository === undefined || commit === undefined) return undefined;
  const client = new GitHubClient({ token, say, apiUrl });
  try {
    return await mergedPullRequests(client, { repository, commit, since: await deployedCommit(cli, stack) });
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    say(`what pull requests showed is not known: ${error.message}`);
    return undefined;
  }
}
