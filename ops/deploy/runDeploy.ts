/** Updates a stack as a pipeline does: recovers it, holds it to the policies, tries the service, and remembers a good image. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { CouldNotRun } from "../couldNotRun.ts";
import { addSummary, workflowRun } from "../github/workflow.ts";
import { policyPackFor } from "../policy/policyPack.ts";
import { preflightBeforeFirstUpdate } from "../preflight/runPreflight.ts";
import { caller, project } from "../project.ts";
import { cliOf, PulumiFailed } from "../pulumi/pulumiCli.ts";
import { outputsOf } from "../pulumi/stackState.ts";
import { masker } from "../report/mask.ts";
import { watchStackRollout } from "../rollout/stackRollout.ts";
import { settingsInFile } from "../stackFiles/settingsFromFile.ts";
import { stackFile, stacksIn } from "../stackFiles/stackFile.ts";
import { withCopyOfStackFile } from "../stackFiles/stackFileCopy.ts";
import { askedAt } from "./serviceAddress.ts";
import { aftermath } from "./aftermath.ts";
import { goodImages, imageToReturnTo, noteGood, wayBack } from "./goodImages.ts";
import { deployedMarkdown, failedMarkdown } from "./deploymentMarkdown.ts";
import { smoke, type Smoke } from "./smoke.ts";
import { imageInState } from "./imageInState.ts";
import { update, type UpdateContext } from "./update.ts";
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

/** @returns the exit code @throws CouldNotRun */
export async function runDeploy(options: DeployOptions): Promise<number> {
  const { stack } = options;
  const workflow = workflowRun(process.env);
  const hide = masker(process.env);
  const say = (line: string) => void process[options.json === true ? "stderr" : "stdout"].write(`${hide(line)}\n`);
  const cli = cliOf({ cwd: project }, say);
  const context: UpdateContext = {
    cli,
    watch: (name, signal) => watchStackRollout(cli, name, say, signal),
    now: () => new Date(),
    say,
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
    if (options.preflight && Object.keys(before).length === 0) await preflightBeforeFirstUpdate(stack, file, say);
    const policyPack = options.policy ? { policyPack: policyPackFor(stack, project) } : {};
    const wanted = { stack, takeLock: options.takeLock === true, refresh: options.refresh === true, ...policyPack };
    try {
      const image = options.rollback === true ? await imageForRollback() : undefined;
      if (image !== undefined) say(`rolling back to ${image}`);
      const changes = image === undefined ? {} : { changes: { "tarmac:image": image } };
      await withCopyOfStackFile({ folder: project, stack, file, ...changes }, (configFile) =>
        update(context, { ...wanted, configFile }),
      );
    } catch (error) {
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
