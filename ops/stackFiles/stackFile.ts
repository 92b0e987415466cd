/** Stack files, `Pulumi.STACK.yaml`: lists, reads and edits them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isMap, parse, type Document } from "yaml";

export const stackFile = (folder: string, stack: string): string => join(folder, `Pulumi.${stack}.yaml`);

/** The stacks with a file in a folder. */
export const stacksIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);

/** The settings in a file's text, by key: `tarmac:replicas`. @throws YAMLParseError */
export const configIn = (yaml: string): Record<string, unknown> =>
  (parse(yaml) as { config?: Record<string, unknown> | null } | null)?.config ?? {};

/** Whether a value is stored encrypted. */
export const isEncrypted = (value: unknown): value is { secure: string } =>
  typeof value === "object" && value !== null && Object.keys(value).join() === "secure";

/** Sets values in a file, by key; the rest of the file stays. */
export function setConfig(document: Document, values: Readonly<Record<string, unknown>>): void {
  // "config:" with nothing below it is not a mapping yet.
  if (isMap(document.contents) && !isMap(document.get("config", true))) document.delete("config");
  for (const [key, value] of Object.entries(values)) document.setIn(["config", key], value);
}
