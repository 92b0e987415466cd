/**
 * The settings of a stack: read and checked together, before anything is created. Creates nothing.
 *
 * The values stand in `Pulumi.STACK.yaml` under `tarmac:KEY`, or come from `pulumi config set KEY VALUE`. Each setting is
 * declared once, in `settings/`, by what it is about.
 */
import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config.js";
import { clusterProblems, clusterSettings } from "./settings/cluster.ts";
import { exposureProblems, exposureSettings } from "./settings/exposure.ts";
import { generalSettings } from "./settings/general.ts";
import { imageProblems, imageSettings } from "./settings/image.ts";
import { networkProblems, networkSettings } from "./settings/network.ts";
import { registryProblems, registrySettings } from "./settings/registry.ts";
import { placementSettings } from "./settings/placement.ts";
import { valueProblems, valueSettings } from "./settings/values.ts";
import { workloadProblems, workloadSettings } from "./settings/workload.ts";
import { closest, readValue, type Setting } from "./validate/setting.ts";

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

type Declarations = typeof settings;

/** The settings of a stack, complete and checked. */
export type Settings = { [Key in keyof Declarations]: Declarations[Key] extends Setting<infer T> ? T : never };

/** Everything that is wrong with a stack's settings, in one error. */
export class SettingsError extends pulumi.RunError {
  /** One line a problem: the key, the value, what is allowed, how to mend it. */
  readonly problems: readonly string[];

  constructor(stack: string, problems: readonly string[]) {
    super(
      `${problems.length === 1 ? "one setting" : `${problems.length} settings`} of stack "${stack}" cannot be used, and nothing was changed:\n` +
        problems.map((problem) => `  - ${problem}`).join("\n") +
        `\nMend them in Pulumi.${stack}.yaml or with "pulumi config set KEY VALUE"; Pulumi.yaml lists every key.`,
    );
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/**
 * @param stack name of the stack, for messages
 * @param values the project's configuration as Pulumi holds it: raw text by key, without the `tarmac:` in front
 * @param isEncrypted whether the value of a key is encrypted where it is stored
 * @throws SettingsError with every problem there is
 */
export function readSettings(
  stack: string,
  values: Readonly<Record<string, string>>,
  isEncrypted: (key: string) => boolean = (key) => settings[key as keyof Settings].secret === true,
): Settings {
  const problems: string[] = [];
  const keys = Object.keys(settings);
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(settings, key))
      problems.push(`tarmac:${key} is not a setting${closest(key, keys)}; remove it or correct its name`);
  }
  const result: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const raw = values[key];
    if (raw !== undefined && !setting.secret && isEncrypted(key)) {
      problems.push(
        `tarmac:${key}: it is stored encrypted, but this setting is no secret: its value would be readable in the state and in previews. Give a secret as one of the settings that docs/settings.md calls secret, or set this one without --secret`,
      );
      continue;
    }
    const read = raw === undefined ? { value: setting.default } : readValue(setting, raw);
    if ("problem" in read) problems.push(`tarmac:${key}: ${read.problem}`);
    else if (setting.secret && !isDefault(setting, read.value) && !isEncrypted(key))
      problems.push(
        `tarmac:${key}: it is a secret and stands in plain text: take it out of the stack file, then "pulumi config set --secret ${setting.type === "object" ? `--path '${key}["NAME"]'` : key} VALUE"`,
      );
    else result[key] = read.value;
  }
  if (problems.length === 0) problems.push(...combinedProblems(result as Settings));
  if (problems.length > 0) throw new SettingsError(stack, problems);
  return result as Settings;
}

/** Pulumi fills in every default, so that an empty map of secrets is there in plain text as well. */
const isDefault = (setting: Setting<unknown>, value: unknown) =>
  JSON.stringify(value) === JSON.stringify(setting.default);

// The SDK has this function and leaves it out of its types: only it knows what is encrypted where it is stored.
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };

/** Reads the settings of the stack that is being updated. @throws SettingsError with every problem there is */
export function readStackSettings(): Settings {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(runtimeConfig.allConfig()).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
  return readSettings(pulumi.getStack(), Object.fromEntries(own), (key) => isConfigSecret(prefix + key));
}

/** What no single setting shows: settings that do not go together. */
function combinedProblems(s: Settings): string[] {
  const findings = [
    ...registryProblems(s),
    ...networkProblems(s),
    ...clusterProblems(s),
    ...imageProblems(s),
    ...workloadProblems(s),
    ...valueProblems(s),
    ...exposureProblems(s),
  ];
  return findings.flatMap(([key, found]) => (found === undefined ? [] : [`tarmac:${key}: ${found}`]));
}
