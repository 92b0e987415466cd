/**
 * Reads settings by their declarations, all of them, so that one run shows everything that is wrong. It knows no setting:
 * the stack's are in `everySetting.ts`, the bootstrap's in its `config.ts`.
 */
import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config.js";
import { closest, readValue, type Setting } from "@tarmac/validate/settingDeclaration";
import { listOf, type Problems } from "@tarmac/validate/valueCheck";

/** The values of settings that are declared like this. */
export type ValuesOf<D> = { [Key in keyof D]: D[Key] extends Setting<infer T> ? T : never };

/** Everything that is wrong with a stack's settings, in one error. */
export class SettingsError extends pulumi.RunError {
  /** One line per problem: the key, the value, what is allowed, how to fix it. */
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
  /** What stands before the colon of a key. */
  project: string;
  /** The project's configuration as Pulumi holds it: raw text by key, without the project in front. */
  values: Readonly<Record<string, string>>;
  /** Whether the value of a key is encrypted where it is stored. */
  isEncrypted: (key: string) => boolean;
}

/**
 * @param together what no single setting shows: settings that do not go together. Asked when each is fine alone
 * @throws SettingsError with every problem there is
 */
export function readDeclared<D>(
  declarations: D,
  { stack, project, values, isEncrypted }: Source,
  together: (values: ValuesOf<D>) => readonly (readonly [key: keyof D & string, problems: Problems])[],
): ValuesOf<D> {
  const problems: string[] = [];
  const declared = Object.entries(declarations as Record<string, Setting<unknown>>);
  const keys = declared.map(([key]) => key);
  for (const key of Object.keys(values)) {
    if (!keys.includes(key))
      problems.push(`${project}:${key} is not a setting${closest(key, keys)}; remove it or correct its name`);
  }
  const result: Record<string, unknown> = {};
  for (const [key, setting] of declared) {
    const raw = values[key];
    if (raw !== undefined && !setting.secret && isEncrypted(key)) {
      problems.push(
        `${project}:${key}: the value is encrypted, but this setting is not a secret: the state and previews would show it. Use one of the settings marked as secret in docs/settings.md, or set this one without --secret`,
      );
      continue;
    }
    const read = raw === undefined ? { value: setting.default } : readValue(setting, raw);
    if ("problems" in read) problems.push(...read.problems.map((problem) => `${project}:${key}: ${problem}`));
    else if (setting.secret && !isDefault(setting, read.value) && !isEncrypted(key))
      problems.push(
        `${project}:${key}: the value is a secret in plain text: remove it from the stack file, then run "pulumi config set --secret ${setting.type === "object" ? `--path '${key}["NAME"]'` : key} VALUE"`,
      );
    else result[key] = read.value;
  }
  if (problems.length === 0) {
    for (const [key, found] of together(result as ValuesOf<D>))
      problems.push(...listOf(found).map((problem) => `${project}:${key}: ${problem}`));
  }
  if (problems.length > 0) throw new SettingsError(stack, problems);
  return result as ValuesOf<D>;
}

/** Pulumi fills in every default, so that an empty map of secrets is there in plain text as well. */
const isDefault = (setting: Setting<unknown>, value: unknown) =>
  JSON.stringify(value) === JSON.stringify(setting.default);

// The SDK has this function and leaves it out of its types: only it knows what is encrypted where it is stored.
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };

/** The settings of the stack that is being updated, as Pulumi holds them. */
export function stackSource(): Source {
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const own = Object.entries(runtimeConfig.allConfig()).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
  return {
    stack: pulumi.getStack(),
    project,
    values: Object.fromEntries(own),
    isEncrypted: (key) => isConfigSecret(prefix + key),
  };
}
