/** The files that are generated from the settings, and their content. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argumentsInterface } from "./argumentsInterface.ts";
import { commonSettingsTable } from "./commonSettingsTable.ts";
import { environmentsTable } from "./environmentsTable.ts";
import { settings as bootstrapSettings } from "../../bootstrap/bootstrapSettings.ts";
import { settings } from "@tarmac/settings/everySetting";
import { settingsPage } from "./settingsPage.ts";
import { projectFile } from "./projectFile.ts";

const writers: Record<string, (text: string, checkout: string) => string> = {
  "Pulumi.yaml": (text) => projectFile(settings, text),
  "bootstrap/Pulumi.yaml": (text) => projectFile(bootstrapSettings, text),
  "docs/settings.md": settingsPage,
  "settings/service/nodeServiceArgs.ts": () => argumentsInterface(settings),
  "README.md": (text, checkout) => environmentsTable(commonSettingsTable(text), checkout),
};

export interface GeneratedFile {
  /** Relative to the checkout. */
  path: string;
  is: string;
  shouldBe: string;
}

export const generatedFiles = (checkout: string): GeneratedFile[] =>
  Object.entries(writers).map(([path, write]) => {
    const is = readFileSync(join(checkout, path), "utf8");
    return { path, is, shouldBe: write(is, checkout) };
  });
