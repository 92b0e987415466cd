/** How a change affects an environment's settings: read from the stack files alone, without Pulumi or a sign-in. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { configIn, isEncrypted, stackFile } from "../stackFiles/stackFile.ts";
import type { SettingChange } from "./reportFormat.ts";
import { git } from "./touched.ts";

export interface SettingsReport {
  settings: SettingChange[];
  settingProblems: string[];
}

/** @param base commit to compare with; absent: no comparison */
export async function settingsReport(folder: string, stack: string, base?: string): Promise<SettingsReport> {
  const file = stackFile(folder, stack);
  const name = basename(file);
  const after = existsSync(file) ? readFileSync(file, "utf8") : "";
  // Treat a file missing in the base as empty.
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
    // Loaded late: a change that breaks the settings module itself also gets a report that says so.
    const { readSettings } = await import("@tarmac/settings/readSettings");
    const { encryptedKeys, ownValues } = await import("../stackFiles/settingsFromFile.ts");
    const encrypted = encryptedKeys(yaml);
    readSettings(stack, ownValues(yaml), (key) => encrypted.has(key));
    return [];
  } catch (error) {
    return (error as { problems?: string[] }).problems ?? [`the settings cannot be read: ${(error as Error).message}`];
  }
}

/** Every setting whose value differs, sorted by name. */
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

/**
 * Values as one-line text. A secret is represented by its ciphertext, so that a change is visible but the value is not.
 */
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
