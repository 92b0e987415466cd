/** `tarmac preflight`: checks in Azure whether a stack's first update can succeed. */
import type { Settings } from "@tarmac/settings/everySetting";
import { azureSettingsOf } from "../azure/azureSettings.ts";
import { resourceReader } from "../azure/resourceReader.ts";
import { type AzureSettings, principalOf, signIn } from "../azure/signIn.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { namedStackFile } from "../stackFiles/namedStackFile.ts";
import { settingsInFile } from "../stackFiles/settingsFromFile.ts";
import { callerRights } from "./callerRights.ts";
import { readClusterMetrics } from "./clusterMetrics.ts";
import { everyCheck } from "./everyCheck.ts";
import { existingStack } from "./existingStack.ts";
import { plannedStack, type PlannedName } from "./plannedStack.ts";
import { exitCodeOf, type Found, preflight } from "./runChecks.ts";
import { preflightLines, preflightSummary } from "./preflightText.ts";

export interface PreflightOptions {
  stack: string;
  /** Stack file, relative to the caller's folder. */
  configFile?: string;
  /** Additional names that must be free, e.g. those of the bootstrap. */
  names?: readonly PlannedName[];
  json?: true;
}

/** @returns the exit code @throws CouldNotRun */
export async function runPreflight(options: PreflightOptions): Promise<number> {
  const { stack } = options;
  const file = namedStackFile(stack, options.configFile);
  const started = Date.now();
  const found = await preflightOf(stack, settingsInFile(file, stack), azureSettingsOf(file), options.names);
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  const exitCode = exitCodeOf(found);
  const text =
    options.json === true
      ? JSON.stringify({ stack, passed: exitCode === 0, seconds, checks: found }, undefined, 2)
      : [`preflight of ${stack}`, ...preflightLines(found), `${preflightSummary(found)} (${seconds} s)`].join("\n");
  process.stdout.write(`${text}\n`);
  return exitCode;
}

/**
 * The first step of a command that is about to create a stack's resources.
 * @param file the stack's settings
 * @param say called with the findings; not called if everything passed
 * @throws CouldNotRun if Azure would refuse something; unanswered questions are only reported
 */
export async function preflightBeforeFirstUpdate(
  stack: string,
  file: string,
  say: (line: string) => void,
): Promise<void> {
  const settings = settingsInFile(file, stack);
  // A stack that creates nothing in Azure needs no sign-in.
  if (!everyCheck.some((check) => check.applies(plannedStack(stack, settings, "")))) return;
  const found = await preflightOf(stack, settings, azureSettingsOf(file));
  for (const line of preflightLines(found, false)) say(line);
  if (exitCodeOf(found) === 1)
    throw new CouldNotRun(
      `nothing was created: Azure would refuse parts of ${stack} (${preflightSummary(found)}). After the fixes: npx tarmac preflight ${stack}; to update anyway: --no-preflight`,
    );
}

async function preflightOf(
  stack: string,
  settings: Settings,
  azureSettings: AzureSettings,
  names: readonly PlannedName[] = [],
): Promise<Found[]> {
  const azure = await signIn(azureSettings);
  const { objectId } = await principalOf(azure).catch((cause: unknown) => {
    throw new CouldNotRun(`cannot sign in to Azure: ${(cause as Error).message}`, { cause });
  });
  const reader = resourceReader(azure);
  const subscription = `/subscriptions/${azure.subscription}`;
  const planned = plannedStack(stack, settings, azure.subscription);
  const plan = { ...planned, names: [...planned.names, ...names] };
  let asked: ReturnType<typeof existingStack> | undefined;
  return preflight(plan, {
    azure: reader,
    subscription,
    rights: callerRights(reader, objectId),
    existing: () => (asked ??= existingStack(reader, subscription, plan)),
    clusterMetrics: () => readClusterMetrics(stack),
  });
}
