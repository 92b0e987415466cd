/**
 * The settings of a stack: read and checked together, before anything is created. Creates nothing.
 *
 * The values stand in `Pulumi.STACK.yaml` under `tarmac:KEY`, or come from `pulumi config set KEY VALUE`. Each setting is
 * declared once, in `settings/`, by what it is about.
 */
import { clusterProblems, clusterSettings } from "./settings/cluster.ts";
import { exposureProblems, exposureSettings } from "./settings/exposure.ts";
import { generalSettings } from "./settings/general.ts";
import { imageProblems, imageSettings } from "./settings/image.ts";
import { networkProblems, networkSettings } from "./settings/network.ts";
import { readDeclared, stackSource, type ValuesOf } from "./settings/read.ts";
import { registryProblems, registrySettings } from "./settings/registry.ts";
import { placementSettings } from "./settings/placement.ts";
import { valueProblems, valueSettings } from "./settings/values.ts";
import { workloadProblems, workloadSettings } from "./settings/workload.ts";

export { SettingsError } from "./settings/read.ts";

/** Every setting, by what it is about. The order is that of Pulumi.yaml and of docs/settings.md. */
export const areas = {
  general: generalSettings,
  registry: registrySettings,
  network: networkSettings,
  cluster: clusterSettings,
  image: imageSettings,
  workload: workloadSettings,
  values: valueSettings,
  placement: placementSettings,
  exposure: exposureSettings,
};

/** Every setting. */
export const settings = {
  ...areas.general,
  ...areas.registry,
  ...areas.network,
  ...areas.cluster,
  ...areas.image,
  ...areas.workload,
  ...areas.values,
  ...areas.placement,
  ...areas.exposure,
};

/** The settings of a stack, complete and checked. */
export type Settings = ValuesOf<typeof settings>;

/**
 * @param stack name of the stack, for messages
 * @param values the project's configuration as Pulumi holds it: raw text by key, without the `tarmac:` in front
 * @param isEncrypted whether the value of a key is encrypted where it is stored
 * @throws SettingsError with every problem there is
 */
export const readSettings = (
  stack: string,
  values: Readonly<Record<string, string>>,
  isEncrypted: (key: string) => boolean = (key) => settings[key as keyof Settings].secret === true,
): Settings => readDeclared(settings, { stack, project: "tarmac", values, isEncrypted }, combinedProblems);

/** Reads the settings of the stack that is being updated. @throws SettingsError with every problem there is */
export const readStackSettings = (): Settings => readDeclared(settings, stackSource(), combinedProblems);

/** What no single setting shows: settings that do not go together. */
function combinedProblems(s: Settings) {
  return [
    ...registryProblems(s),
    ...networkProblems(s),
    ...clusterProblems(s),
    ...imageProblems(s),
    ...workloadProblems(s),
    ...valueProblems(s),
    ...exposureProblems(s),
  ];
}
