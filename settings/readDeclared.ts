/**
 * Reads all settings by their declarations, so that one run reports every problem. This file knows no setting: the
 * stack's are in `everySetting.ts`, the bootstrap's in its `config.ts`.
 */
import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config.js";
import { editDistance } from "@tarmac/validate/editDistance";
import { closest, readValue, type Setting } from "@tarmac/validate/settingDeclaration";
import { listOf, type Problems } from "@tarmac/validate/valueCheck";
import { isDefault } from "./allowedValues.ts";
import { changedProblem, type PlainNumber, plainNumbers } from "./plainNumbers.ts";

/** The type of the values of declared settings. */
export type ValuesOf<D> = { [Key in keyof D]: D[Key] extends Setting<infer T> ? T : never };

/** One error with all problems of a stack's settings. */
export class SettingsError extends pulumi.RunError {
  /** One line per problem: the key, the value, what is allowed, and the fix. */
  readonly problems: readonly string[];

  constructor(stack: string, problems: readonly string[]) {
    super(
      `${problems.length === 1 ? `one setting of stack "${stack}" is` : `${problems.length} settings of stack "${stack}" are`} invalid; nothing was changed:\n` +
        problems.map((problem) => `  - ${problem}`).join("\n") +
        `\nFix them in Pulumi.${stack}.yaml or with "pulumi config set KEY VALUE"; Pulumi.yaml lists every key.`,
    );
    this.name = "SettingsError";
    this.problems = problems;
  }
}

export interface Source {
  /** Name of the stack, for messages. */
  stack: string;
  /** The key prefix before the colon. */
  project: string;
  /** The project's configuration as Pulumi stores it: raw strings by key, without the project prefix. */
  values: Readonly<Record<string, string>>;
  /** Whether a key's value is stored encrypted. */
  isEncrypted: (key: string) => boolean;
  /** Keys of other projects, with their prefix. A key that looks like this project's has no effect. */
  foreignKeys?: readonly string[];
  /** Strings of the stack file that YAML reads as numbers, by key. */
  numbers?: Readonly<Record<string, PlainNumber>>;
  /** Settings of earlier releases: why each is gone, by key. */
  removed?: Readonly<Record<string, string>>;
}

/** A problem with one value, by the key that it was given under. */
export interface ValueProblem {
  key: string;
  problem: string;
  /** The key itself is unknown: the problem continues a sentence that starts with it. */
  unknownKey?: true;
}

type Together<D> = (values: ValuesOf<D>) => readonly (readonly [key: keyof D & string, problems: Problems])[];

/**
 * @param together returns the problems of settings in combination. Called if each setting is valid on its own
 * @throws SettingsError with every problem
 */
export function readDeclared<D>(declarations: D, source: Source, together: Together<D>): ValuesOf<D> {
  const { stack, project, values, foreignKeys = [] } = source;
  const lines = [
    ...foreignKeys.flatMap((key) => prefixProblem(key, project) ?? []),
    ...listOf(sizeProblem(project, values)),
  ];
  const read = readValues(declarations, source, lines.length === 0 ? together : () => []);
  const unknown = read.problems.filter((one) => one.unknownKey);
  const others = read.problems.filter((one) => !one.unknownKey);
  const problems = [
    ...unknown.map(({ key, problem }) => `${project}:${key} ${problem}`),
    ...lines,
    ...others.map(({ key, problem }) => `${project}:${key}: ${problem}`),
  ];
  if (problems.length > 0) throw new SettingsError(stack, problems);
  return read.values;
}

/**
 * Reads and checks values. The result's `values` are complete if it has no problem.
 * @param together returns the problems of values in combination. Called if each value is valid on its own
 */
export function readValues<D>(
  declarations: D,
  { values, isEncrypted, numbers = {}, removed = {} }: Pick<Source, "values" | "isEncrypted" | "numbers" | "removed">,
  together: Together<D>,
): { values: ValuesOf<D>; problems: readonly ValueProblem[] } {
  const problems: ValueProblem[] = [];
  const declared = Object.entries(declarations as Record<string, Setting<unknown>>);
  const keys = declared.map(([key]) => key);
  for (const key of Object.keys(values)) {
    const problem = Object.hasOwn(removed, key)
      ? `is no longer a setting: ${removed[key]}`
      : keys.includes(key)
        ? undefined
        : `is not a setting${closest(key, keys)}; remove it or correct its name`;
    if (problem !== undefined) problems.push({ key, problem, unknownKey: true });
  }
  const result: Record<string, unknown> = {};
  for (const [key, setting] of declared) {
    const refuse = (problem: string) => problems.push({ key, problem });
    const raw = values[key];
    if (raw !== undefined && !setting.secret && isEncrypted(key)) {
      refuse(
        "the value is encrypted, but this setting is not a secret: the state and previews would show it. Use one of the settings marked as secret in docs/settings.md, or set this one without --secret",
      );
      continue;
    }
    const changed = setting.type === "string" ? changedProblem(numbers[key], raw) : undefined;
    if (changed !== undefined) {
      refuse(changed);
      continue;
    }
    const read = raw === undefined ? { value: setting.default } : readValue(setting, raw);
    if ("problems" in read) read.problems.forEach(refuse);
    // Pulumi fills in every default, so even an empty map of secrets is present in plain text.
    else if (setting.secret && !isDefault(setting, read.value) && !isEncrypted(key))
      refuse(
        `the value is a secret in plain text: remove it from the stack file, then run "pulumi config set --secret ${setting.type === "object" ? `--path '${key}["NAME"]'` : key}", which asks for the value, or reads it from a file with "< FILE"`,
      );
    else result[key] = read.value;
  }
  const complete = result as ValuesOf<D>;
  if (problems.length === 0)
    for (const [key, found] of together(complete)) problems.push(...listOf(found).map((problem) => ({ key, problem })));
  return { values: complete, problems };
}

/** Returns the problem with a key that has no effect because of a typo in its prefix, or `undefined`. */
function prefixProblem(key: string, project: string): string | undefined {
  const [prefix = "", name = ""] = key.split(":");
  if (knownPrefixes.includes(prefix) || editDistance(prefix.toLowerCase(), project.toLowerCase()) > 2) return undefined;
  return `${key} has no effect, because the settings of this project begin with "${project}:": rename it to ${project}:${name}`;
}
/** Key prefixes of Pulumi's own settings and of providers. */
const knownPrefixes = ["pulumi", "azure-native", "azuread", "kubernetes", "docker", "aws", "gcp"];

/**
 * Linux limits one environment variable to 128 KiB, including its name (MAX_ARG_STRLEN). Pulumi passes all settings in
 * one variable. A larger one fails with "argument list too long" before the program starts.
 */
const mostBytes = 126 * 1024;

/** Returns the problem with settings that are too large together, or `undefined`. */
function sizeProblem(project: string, values: Source["values"]): string | undefined {
  const sizes = Object.entries(values).map(([key, value]) => ({
    key,
    bytes: Buffer.byteLength(JSON.stringify({ [`${project}:config:${key}`]: value })),
  }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= mostBytes) return undefined;
  const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
  return `${project}:${largest?.key}: all settings together have ${kibibytes(total)} KiB, ${kibibytes(largest?.bytes ?? 0)} of them here, and Pulumi can pass 126 KiB to a program (otherwise: "argument list too long"): keep large texts in files of the repository, e.g. configFiles: {"/etc/hello/app.json": {"file": "config/app.json"}}, or in the image`;
}
const kibibytes = (bytes: number) => Math.ceil(bytes / 1024);

// The SDK exports this function without a type. No other function tells whether a value is stored encrypted.
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };

/** Returns the settings of the current stack, as Pulumi stores them. */
export function stackSource(): Source {
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const all = Object.entries(runtimeConfig.allConfig());
  const own = all.flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
  const stack = pulumi.getStack();
  // The engine runs the program in the project's folder, where the stack files are.
  const file = `Pulumi.${stack}.yaml`;
  return {
    stack,
    project,
    values: Object.fromEntries(own),
    isEncrypted: (key) => isConfigSecret(prefix + key),
    foreignKeys: all.flatMap(([key]) => (key.startsWith(prefix) ? [] : [key])),
    numbers: existsSync(file) ? plainNumbers(readFileSync(file, "utf8"), project) : {},
  };
}
