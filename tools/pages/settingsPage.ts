/** The tables of docs/settings.md: every setting, area by area. */
import { areas } from "@tarmac/settings/everySetting";
import type { Declaration } from "@tarmac/validate/settingDeclaration";
import { between, code, table } from "./table.ts";

const titles: Record<keyof typeof areas, string> = {
  general: "The stack as a whole",
  registry: "Registry",
  network: "Network",
  cluster: "Cluster",
  monitoring: "Monitoring",
  image: "Image",
  attestation: "Proof of origin",
  workload: "Service",
  values: "What the process is told",
  identity: "The service's identity in Azure",
  keyVault: "Secrets from Key Vault",
  placement: "Where the pods run",
  exposure: "Who reaches the service, and whom it reaches",
};

/** @param text of the page; the text around its tables is kept */
export function settingsPage(text: string): string {
  const sections = Object.entries(areas).map(
    ([area, settings]) => `## ${titles[area as keyof typeof areas]}\n\n${areaTable(settings)}`,
  );
  return between(text, "settings", sections.join("\n\n"));
}

const areaTable = (settings: Record<string, Declaration>) =>
  table(
    ["setting", "value", "default", "what for"],
    Object.entries(settings).map(([key, setting]) => [
      code(key),
      [allowed(key, setting), ...(setting.secret ? ["**secret**"] : [])].join(", "),
      setting.default === undefined ? "" : shown(setting.default),
      setting.description,
    ]),
  );

/** A value in the form of the stack file; empty for an empty string, which means that the setting has no default. */
export const shown = (value: unknown) =>
  value === "" ? "" : code(typeof value === "string" ? value : JSON.stringify(value));

const types: Record<Declaration["type"], string> = {
  string: "string",
  integer: "whole number",
  boolean: "`true` or `false`",
  array: "list of strings",
  object: "map",
};

/** The allowed values, with the unit from the setting's name. */
function allowed(key: string, { type, problem }: Declaration): string {
  const unit = type === "integer" ? /(Seconds|Minutes|Hours|Days|GiB|MiB|Percent)$/.exec(key)?.[1] : undefined;
  return [problem?.allowed ?? types[type], ...(unit ? [/iB$/.test(unit) ? unit : unit.toLowerCase()] : [])].join(" ");
}
