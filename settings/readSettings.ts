/** Reads a stack's settings and validates them before anything is created. Creates nothing. */
import { appIdentityProblems } from "./appIdentitySettings.ts";
import { automaticProblems } from "./automaticMode.ts";
import { attestationProblems } from "./attestationSettings.ts";
import { clusterProblems } from "./clusterSettings.ts";
import { type Settings, settings } from "./everySetting.ts";
import { exposureProblems } from "./exposureSettings.ts";
import { imageProblems } from "./imageSettings.ts";
import { keyVaultProblems } from "./keyVaultSettings.ts";
import { ownKeyVaultProblems } from "./ownKeyVaultSettings.ts";
import { monitoringProblems } from "./monitoringSettings.ts";
import { networkProblems } from "./networkSettings.ts";
import { derivedNameProblems } from "./derivedNameChecks.ts";
import { noEffectProblems } from "./noEffect.ts";
import { peerProblems } from "./peers.ts";
import { regionProblems } from "./neededRegion.ts";
import { readDeclared, type Source } from "./readDeclared.ts";
import { schedulingProblems } from "./scheduling.ts";
import { registryBuildProblems } from "./registryBuildChecks.ts";
import { removedSettings } from "./removedSettings.ts";
import { registryProblems } from "./registrySettings.ts";
import { valueProblems } from "./valueSettings.ts";
import { workloadProblems } from "./workloadSettings.ts";

/**
 * @param stack name of the stack, for messages
 * @param values the project's configuration as Pulumi stores it: raw strings by key, without the project prefix
 * @param isEncrypted whether a key's value is stored encrypted
 * @param project name of the project, for messages: the key prefix before the colon
 * @throws SettingsError with every problem
 */
export const readSettings = (
  stack: string,
  values: Readonly<Record<string, string>>,
  isEncrypted: (key: string) => boolean = (key) => settings[key as keyof Settings].secret === true,
  project = "tarmac",
): Settings => readSettingsFrom({ stack, project, values, isEncrypted });

/**
 * Like `readSettings`, with facts that depend on the source: keys of other projects, and strings that YAML has changed.
 * @throws SettingsError with every problem
 */
export const readSettingsFrom = (source: Source): Settings =>
  readDeclared(settings, { ...source, removed: removedSettings }, combinedProblems);

/** Returns the problems of settings in combination. */
export function combinedProblems(s: Settings) {
  return [
    ...regionProblems(s),
    ...registryProblems(s),
    ...networkProblems(s),
    ...clusterProblems(s),
    ...automaticProblems(s),
    ...monitoringProblems(s),
    ...imageProblems(s),
    ...attestationProblems(s),
    ...registryBuildProblems(s),
    ...workloadProblems(s),
    ...valueProblems(s),
    ...appIdentityProblems(s),
    ...keyVaultProblems(s),
    ...ownKeyVaultProblems(s),
    ...exposureProblems(s),
    ...derivedNameProblems(s),
    ...noEffectProblems(s),
    ...schedulingProblems(s),
    ...peerProblems(s),
  ];
}
