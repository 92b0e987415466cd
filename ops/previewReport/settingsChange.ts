/** What a change does to the settings of an environment: read from the stack files alone, without Pulumi or a sign-in. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { configIn, isEncrypted, stackFile } from "../stackFiles/stackFile.ts";
import type { SettingChange } from "./reportFormat.ts";
import { git } from "./touched.ts";

export interface SettingsReport {
  settings: SettingChange[];
  settingProblems: string[];
}

/** @param base commit to compare with; without it nothing is compared */
export async function settingsReport(folder: string, stack: string, base?: string): Promise<SettingsReport> {
  const file = stackFile(folder, stack);
  const name = basename(file);
  const after = existsSync(file) ? readFileSync(file, "utf8") : "";
  // A file that the base does not have is an empty one.
  const before = base === undefined ? after : await git(folder, "show", `${base}:./${name}`).catch(() => "");
  try {
    return {
      settings: settingChanges(valuesOf(before), valuesOf(after)),
      settingProblems: await problemsOf(stack, after),
    };
  } catch (error) {
    return { settings: [], settingProblems: [`${name} is not YAML: ${(error as Error).message.split("\n", 1)[0]}`] };
  }
}

async function problemsOf(stack: string, yaml: string): Promise<string[]> {
  try {
    // Loaded late: a change that breaks the settings' own sources has a report too, which says so.
    const { readSettings } = await import("@tarmac/settings/readSettings");
    const { encryptedKeys, ownValues } = await import("../stackFiles/settingsFromFile.ts");
    const encrypted = encryptedKeys(yaml);
    readSettings(stack, ownValues(yaml), (key) => encrypted.has(key));
    return [];
  } catch (error) {
    return (error as { problems?: string[] }).problems ?? [`the settings cannot be read: ${(error as Error).message}`];
  }
}

/** Every setting whose value differs, in the order of their names. */
export function settingChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): SettingChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .filter((key) => before[key] !== after[key])
    .map((key) => {
      const hide = (value: string) => (value.startsWith(secretMark) ? "[secret]" : value);
      const [old, next] = [before[key], after[key]];
      return {
        key,
        ...(old === undefined ? {} : { before: hide(old) }),
        ...(next === undefined ? {} : { after: hide(next) }),
      };
    });
}

const secretMark = "\0secret:";

/** Values as one-line texts; a secret by its ciphertext, so that a change of it is seen and nothing else. */
export const valuesOf = (yaml: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(configIn(yaml)).map(([key, value]) => [
      key,
      isEncrypted(value)
        ? `${secretMark}${value.secure}`
        : typeof value === "string"
          ? value
          : JSON.stringify(value, (_key, inner: unknown) => (isEncrypted(inner) ? "[secret]" : inner)),
    ]),
  );
