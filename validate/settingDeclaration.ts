/**
 * Declares a setting in one place: its type, default, allowed values and purpose. Pulumi.yaml (which Pulumi requires)
 * and docs/settings.md repeat the declaration; `npm run write-settings` writes both.
 */
import { allowing, type Check, eachProblem, ifGiven, listOf } from "./valueCheck.ts";
import { nearest } from "./editDistance.ts";

interface SettingTypes {
  string: string;
  integer: number;
  boolean: boolean;
  array: string[];
  object: Record<string, unknown>;
}

/** A setting with a value of type T. */
export interface Setting<T> {
  type: keyof SettingTypes;
  default: T;
  /** One sentence for Pulumi.yaml and the documentation. */
  description: string;
  /** An empty string means "not set", because Pulumi requires a default for every typed key. */
  emptyIsUnset?: true;
  /** Must be encrypted (`pulumi config set --secret`). Messages never show the value. */
  secret?: true;
  /** Returns the problem with a value of the right type and what is allowed, or `undefined`. */
  problem?: Check<T>;
}

/** The properties of every setting, whatever its type. */
export type Declaration = Omit<Setting<unknown>, "problem"> & { problem?: { allowed?: string } };

type Options<T> = Omit<Setting<T>, "type">;

/** A string. Of a default alone, no narrower type follows. */
export const text = <T extends string = string>(options: Options<NoInfer<T>>): Setting<T> => ({
  type: "string",
  ...options,
});
/** An optional string. */
export const optionalText = (options: Omit<Options<string>, "default">): Setting<string | undefined> => ({
  type: "string",
  default: undefined,
  emptyIsUnset: true,
  description: options.description,
  ...(options.problem && { problem: ifSet(options.problem) }),
});
const ifSet = <T>(check: Check<T>): Check<T | undefined> =>
  Object.assign((value?: T) => ifGiven(value, check), { allowed: check.allowed });
/** An optional secret. */
export const secretText = (options: Omit<Options<string>, "default">): Setting<string | undefined> => ({
  ...optionalText(options),
  secret: true,
});
export const integer = (options: Options<number>): Setting<number> => ({ type: "integer", ...options });
export const flag = (options: Options<boolean>): Setting<boolean> => ({ type: "boolean", ...options });
export const list = (options: Options<string[]>): Setting<string[]> => ({ type: "array", ...options });
export const map = <V>(options: Options<Record<string, V>>): Setting<Record<string, V>> => ({
  type: "object",
  ...options,
});

/** Secrets by name. */
export const secretMap = (options: Options<Record<string, string>>): Setting<Record<string, string>> => ({
  ...map<string>(options),
  secret: true,
});

/** One of a few words. */
export const choice = <T extends string>(words: readonly T[], options: Omit<Options<T>, "problem">): Setting<T> =>
  text<T>({ ...options, problem: oneOf(words) });

/** Accepts only these words. */
export const oneOf = (words: readonly string[]): Check<string> =>
  allowing(words.map((word) => `\`${word}\``).join(", "), (value) =>
    words.includes(value)
      ? undefined
      : `"${value}" is not one of ${words.map((word) => `"${word}"`).join(", ")}${closest(value, words)}`,
  );

/** Placeholder for a secret's value if only the stack file is read and nothing is decrypted. */
export const hiddenSecret = "\0hidden";

/**
 * Reads one value as the configuration stores it.
 * @param raw string from the configuration; objects and lists are JSON
 * @returns the value, or all its problems
 */
export function readValue<T>(setting: Setting<T>, raw: string): { value: T } | { problems: readonly string[] } {
  // Pulumi passes a key without a value as an empty string.
  if (raw === "" && (setting.emptyIsUnset || setting.type === "array" || setting.type === "object"))
    return { value: setting.default };
  if (raw === hiddenSecret && setting.secret) return { value: raw as T };
  const value = parse(setting.type, raw);
  if (value === undefined)
    return { problems: [`${setting.secret ? "the secret" : `"${raw}"`} is not ${typeNames[setting.type]}`] };
  const problems = Array.isArray(value) ? eachProblem(value, itemProblem) : [];
  if (problems.length === 0) problems.push(...listOf(setting.problem?.(value as T)));
  return problems.length === 0 ? { value: value as T } : { problems };
}

const typeNames: Record<keyof SettingTypes, string> = {
  string: "a string",
  integer: "a whole number",
  boolean: 'a boolean: use "true" or "false"',
  array: 'a list of strings: use YAML in the stack file, or JSON, e.g. ["a","b"]',
  object: 'a map: use YAML in the stack file, or JSON, e.g. {"key":"value"}',
};

/** YAML and `pulumi config set --path` read `1` as a number. */
const itemProblem = (item: unknown) =>
  typeof item === "string"
    ? undefined
    : `${JSON.stringify(item)} is not a string: put it in quotes, or add --type string to pulumi config set --path`;

function parse(type: keyof SettingTypes, raw: string): SettingTypes[keyof SettingTypes] | undefined {
  switch (type) {
    case "string":
      return raw;
    case "integer":
      return /^-?\d+$/.test(raw) ? Number(raw) : undefined;
    case "boolean":
      return raw === "true" ? true : raw === "false" ? false : undefined;
    case "array": {
      const value = parseJson(raw);
      // Each item's type is checked separately.
      return Array.isArray(value) ? (value as string[]) : undefined;
    }
    case "object": {
      const value = parseJson(raw);
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)
        : undefined;
    }
  }
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

/** Returns `; did you mean "…"?` if one of the allowed words is close to the written one, otherwise "". */
export function closest(written: string, allowed: readonly string[]): string {
  const near = nearest(written, allowed);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}
