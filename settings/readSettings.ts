/** Reads the settings of a stack and checks them together, before anything is created. Creates nothing. */
import { appIdentityProblems } from "./appIdentitySettings.ts";
import { automaticProblems } from "./automaticMode.ts";
import { clusterProblems } from "./clusterSettings.ts";
import { type Settings, settings } from "./everySetting.ts";
import { exposureProblems } from "./exposureSettings.ts";
import { imageProblems } from "./imageSettings.ts";
import { monitoringProblems } from "./monitoringSettings.ts";
import { networkProblems } from "./networkSettings.ts";
import { derivedNameProblems } from "./derivedNames.ts";
import { noEffectProblems } from "./noEffect.ts";
import { peerProblems } from "./peers.ts";
import { regionProblems } from "./neededRegion.ts";
import { readDeclared, type Source } from "./readDeclared.ts";
import { schedulingProblems } from "./scheduling.ts";
import { registryProblems } from "./registrySettings.ts";
import { valueProblems } from "./valueSettings.ts";
import { workloadProblems } from "./workloadSettings.ts";

/**
 * @param stack name of the stack, for messages
 * @param values the project's configuration as Pulumi holds it: raw text by key, without the project in front
 * @param isEncrypted whether the value of a key is encrypted where it is stored
 * @param project name of the project, for messages: what stands before the colon of a key
 * @throws SettingsError with every problem there is
 */
export const readSettings = (
  stack: string,
  values: Readonly<Record<string, string>>,
  isEncrypted: (key: string) => boolean = (key) => settings[key as keyof Settings].secret === true,
  project = "tarmac",
): Settings => readSettingsFrom({ stack, project, values, isEncrypted });

/**
 * The same, with what only the place tells that they come from: keys of other projects, and what YAML changed.
 * @throws SettingsError with every problem there is
 */
export const readSettingsFrom = (source: Source): Settings => readDeclared(settings, source, combinedProblems);

/** Problems that no single setting shows: settings that do not go together. */
function combinedProblems(s: Settings) {
  return [
    ...regionProblems(s),
    ...registryProblems(s),
    ...networkProblems(s),
    ...clusterProblems(s),
    ...automaticProblems(s),
    ...monitoringProblems(s),
    ...imageProblems(s),
    ...workloadProblems(s),
    ...valueProblems(s),
    ...appIdentityProblems(s),
    ...exposureProblems(s),
    ...derivedNameProblems(s),
    ...noEffectProblems(s),
    ...schedulingProblems(s),
    ...peerProblems(s),
  ];
}
