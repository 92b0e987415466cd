/** The README's table of the settings that most stacks set. */
import { settings } from "@tarmac/settings/everySetting";
import { shown } from "./settingsPage.ts";
import { between, code, table } from "./table.ts";

const common: readonly (keyof typeof settings)[] = [
  "appName",
  "location",
  "replicas",
  "autoscale",
  "memoryRequest",
  "memoryLimit",
  "cpuRequest",
  "cpuLimit",
  "livenessPath",
  "readinessPath",
  "environment",
  "secretValues",
  "serviceType",
  "hostname",
  "egressTo",
  "nodeSize",
  "nodeCount",
  "nodeMaxCount",
  "userPools",
  "localAccounts",
  "protect",
];

/** @param text of the README; the text around the table is kept */
export function commonSettingsTable(text: string): string {
  const rows = common.map((key) => {
    const { default: usual, description } = settings[key];
    return [code(key), usual === undefined ? "" : shown(usual), description];
  });
  return between(text, "common settings", table(["setting", "default", "what for"], rows));
}
