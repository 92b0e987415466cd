/**
 * Reads the settings of the current stack. Creates nothing.
 *
 * The values are in `Pulumi.STACK.yaml` under `tarmac:KEY`, or come from `pulumi config set KEY VALUE`. `settings/` declares
 * each setting once, in the file of its area.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "@tarmac/settings/everySetting";
import { stackSource } from "@tarmac/settings/readDeclared";
import { readSettingsFrom } from "@tarmac/settings/readSettings";
import { settingWarnings } from "@tarmac/settings/settingWarnings";

/**
 * Reads the settings, and warns about values that may be unintended.
 * @throws SettingsError with every problem of the stack's settings
 */
export function readStackSettings(): Settings {
  const source = stackSource();
  const settings = readSettingsFrom(source);
  for (const warning of settingWarnings(settings)) void pulumi.log.warn(`${source.project}:${warning}`);
  return settings;
}
