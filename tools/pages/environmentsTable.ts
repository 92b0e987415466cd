/** The README's table of the differences between environments: every setting that a stack file sets, next to its default. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { settings } from "@tarmac/settings/everySetting";
import { shown } from "./settingsPage.ts";
import { between, code, table } from "./table.ts";

/** The environments on Azure, from the least to the most important. */
export const environments = ["sandbox", "dev", "staging", "prod"] as const;

/** @param text of the README; the text around the table is kept */
export function environmentsTable(text: string, checkout: string): string {
  const columns = environments.map((name) => valuesOf(readFileSync(join(checkout, `Pulumi.${name}.yaml`), "utf8")));
  const rows = Object.entries(settings)
    .filter(([key]) => columns.some((values) => key in values))
    .map(([key, { default: usual }]) => [
      code(key),
      usual === undefined ? "" : shown(usual),
      ...columns.map((values) => (key in values ? shown(values[key]) : "")),
    ]);
  return between(text, "environments", table(["setting", "default", ...environments], rows));
}

/** The values of this project's settings in a stack file, by setting. */
function valuesOf(yaml: string): Record<string, unknown> {
  const { config } = parse(yaml) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^tarmac:/, ""), value]));
}
