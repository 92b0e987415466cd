/** Previews every selected environment in parallel, and combines the results. All text is masked. */
import { azureSettingsOf } from "../azure/azureSettings.ts";
import { asleepText, sleepingCluster } from "../sleep/sleepingCluster.ts";
import { stackFile } from "../stackFiles/stackFile.ts";
import { keptImages, keptText } from "../deploy/keptImages.ts";
import { cliOf } from "../pulumi/pulumiCli.ts";
import { policyPackFor } from "../policy/policyPack.ts";
import { maskAll, masker } from "../report/mask.ts";
import { backendOf } from "../pulumi/stackBackend.ts";
import { withCopyOfStackFile } from "../stackFiles/stackFileCopy.ts";
import { withPoliciesOf } from "./basePolicies.ts";
import type { Options } from "./previewReportOptions.ts";
import { failedPreview, preview } from "./runPreview.ts";
import { reportVersion, type Environment, type Report } from "./reportFormat.ts";
import { settingsReport } from "./settingsChange.ts";
import { changedFiles, commitOf, environmentsOf, git, touchedBy, type Touched } from "./touched.ts";

export interface CollectInput {
  options: Options;
  /** Folder of the project. */
  folder: string;
  /** Why there are no credentials; absent if there are. */
  offline?: string;
  /** Head commit of the pull request, if run by a workflow. */
  head?: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
}

/** @throws CouldNotRun, NoPulumi */
export async function collect({ options, folder, offline, head, env, say }: CollectInput): Promise<Report> {
  const base = options.base === undefined ? undefined : await commitOf(folder, options.base);
  const files = base === undefined ? [] : await changedFiles(folder, base);
  const named: Touched[] = options.stacks.map((stack) => ({ stack, because: [] }));
  const all = base === undefined ? [] : await environmentsOf(folder);
  const touched = named.length > 0 ? named : touchedBy(files, all);
  const wanted = touched.filter(({ stack }) => options.previewed?.includes(stack) ?? true);
  const skipped = touched.filter((one) => !wanted.includes(one)).map(({ stack }) => stack);

  const previews = (checkout: string) =>
    Promise.all(
      wanted.map(async ({ stack, because }): Promise<Environment> => {
        const settings =
          options.configFile === undefined
            ? await settingsReport(folder, stack, base)
            : { settings: [], settingProblems: [] };
        const common = { stack, ...(because.length === 0 ? {} : { because }), ...settings };
        if (offline !== undefined) return common;
        say(`previewing ${stack}`);
        const { configFile } = options;
        const pack = packFor(options, checkout, stack, env);
        const own = configFile === undefined ? {} : { file: configFile };
        const azure = azureSettingsOf(configFile ?? stackFile(folder, stack));
        const asleep = await sleepingCluster(stack, azure, env);
        const stackEnv = { ...env, ...backendOf(stack, env) };
        const kept = await keptImages(cliOf({ cwd: folder, env: stackEnv }, say), folder, stack, configFile);
        const changes = kept === undefined ? {} : { changes: kept.changes };
        const seen =
          asleep !== undefined
            ? failedPreview(asleepText(stack, asleep))
            : await withCopyOfStackFile({ folder, stack, ...own, ...changes }, (copy) =>
                preview(
                  { stack, folder, configFile: copy, ...(pack === undefined ? {} : { policyPack: pack }) },
                  stackEnv,
                ),
              );
        if (kept !== undefined) seen.warnings.push({ text: keptText(kept) });
        say(`previewed ${stack}: ${seen.outcome}, ${seen.changes.length} changes, ${seen.seconds} s`);
        // Report the program's own messages about its settings only once.
        return { ...common, ...(seen.outcome === "failed" ? { settingProblems: [] } : {}), preview: seen };
      }),
    );
  const judgedByBase =
    base !== undefined && offline === undefined && options.policyPack === undefined && wanted.length > 0;
  const environments = judgedByBase
    ? await withPoliciesOf(folder, base, (checkout) => previews(checkout ?? folder))
    : await previews(folder);
  const imageTouched = files.some((path) => /^(?:app\/|Pulumi\.)/.test(path));
  const [first] = environments;
  if (options.image && imageTouched) say("building the images");
  // Load the Docker client only if it is needed.
  const report: Report = {
    version: reportVersion,
    commit: head ?? (await git(folder, "rev-parse", "HEAD").catch(() => "")).trim(),
    ...(offline === undefined ? {} : { offline }),
    environments,
    untouched: named.length > 0 ? [] : all.filter((stack) => !touched.some((one) => one.stack === stack)),
    ...(skipped.length === 0 ? {} : { notPreviewed: skipped }),
    ...(options.image && imageTouched && base !== undefined && first !== undefined
      ? { image: await (await import("./imageSize.ts")).imageSize(folder, first.stack, base) }
      : {}),
  };
  return maskAll(report, masker(env));
}

/** @param checkout folder with the policies in force */
function packFor({ policyPack, policyConfig }: Options, checkout: string, stack: string, env: NodeJS.ProcessEnv) {
  if (policyPack === false) return undefined;
  const own = policyPackFor(stack, checkout, env);
  return {
    ...own,
    ...(policyPack === undefined ? {} : { folder: policyPack }),
    ...(policyConfig === undefined ? {} : { config: policyConfig }),
  };
}
