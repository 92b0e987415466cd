/** The settings of a stack, read from its file alone: without Pulumi, a sign-in, or any secret's value. */
import { existsSync, readFileSync } from "node:fs";
import type { Settings } from "@tarmac/settings/everySetting";
import { plainNumbers } from "@tarmac/settings/plainNumbers";
import { readSettingsFrom } from "@tarmac/settings/readSettings";
import { hiddenSecret } from "@tarmac/validate/settingDeclaration";
import { configIn, isEncrypted, stackFile, stacksIn } from "./stackFile.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { project, projectNameIn } from "../project.ts";

/**
 * @param folder of the project, with the stack files
 * @throws CouldNotRun if the file does not exist, or if its settings are invalid
 */
export function stackSettings(folder: string, stack: string): Settings {
  const file = stackFile(folder, stack);
  if (existsSync(file)) return settingsInFile(file, stack, projectNameIn(folder));
  const stacks = stacksIn(folder);
  throw new CouldNotRun(
    `there is no Pulumi.${stack}.yaml: use one of ${stacks.map((name) => `--stack ${name}`).join(", ")}, or leave --stack out to check with the defaults`,
  );
}

/**
 * @param name of the project, the prefix of a key
 * @throws CouldNotRun if the file cannot be read, or if its settings are invalid
 */
export function settingsInFile(file: string, stack: string, name = projectNameIn(project)): Settings {
  try {
    const yaml = readFileSync(file, "utf8");
    const encrypted = encryptedKeys(yaml, name);
    return readSettingsFrom({
      stack,
      project: name,
      values: ownValues(yaml, name),
      isEncrypted: (key) => encrypted.has(key),
      foreignKeys: Object.keys(configIn(yaml)).filter((key) => key.includes(":") && !key.startsWith(`${name}:`)),
      numbers: plainNumbers(yaml, name),
    });
  } catch (error) {
    throw new CouldNotRun((error as Error).message, { cause: error });
  }
}

/**
 * The values as Pulumi passes them to a program: text, with objects and lists as JSON. Encrypted secrets are replaced
 * by placeholders.
 */
export const ownValues = (yaml: string, name = projectNameIn(project)): Record<string, string> =>
  Object.fromEntries(
    ownConfig(yaml, name).map(([key, value]) => {
      // Pulumi passes a key without a value as an empty text.
      const open = isEncrypted(value) ? hiddenSecret : (withoutSecrets(value) ?? "");
      return [key, typeof open === "string" ? open : JSON.stringify(open)];
    }),
  );

/** The settings that are encrypted, entirely or partly. */
export const encryptedKeys = (yaml: string, name = projectNameIn(project)): Set<string> =>
  new Set(ownConfig(yaml, name).flatMap(([key, value]) => (holdsSecret(value) ? [key] : [])));

/** The project's own settings in a stack file. */
const ownConfig = (yaml: string, project: string): [string, unknown][] =>
  Object.entries(configIn(yaml)).flatMap(([key, value]) =>
    key.startsWith(`${project}:`)
      ? [[key.slice(project.length + 1), value]]
      : // A key without a project prefix belongs to this project.
        key.includes(":")
        ? []
        : [[key, value]],
  );

const holdsSecret = (value: unknown): boolean =>
  isEncrypted(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret));

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (isEncrypted(value)) return "secret";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
