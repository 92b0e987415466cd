/** `settings/service/nodeServiceArgs.ts`: the settings as arguments of NodeService, with docstrings. */
import type { Declaration } from "@tarmac/validate/settingDeclaration";

/** Types that differ from those of the settings: values that may be outputs, and one whose properties the setting checks itself. */
const ownTypes: Record<string, string> = {
  autoscale: "Autoscale",
  registryPassword: "pulumi.Input<string>",
  environment: 'ValueInputs["environment"]',
  configValues: 'ValueInputs["configValues"]',
  secretValues: 'ValueInputs["secretValues"]',
  configFiles: 'ValueInputs["configFiles"]',
  secretFiles: 'ValueInputs["secretFiles"]',
};

const head = `/** Written from the settings by \`npm run write-settings\`. */
import type * as pulumi from "@pulumi/pulumi";
import type { Autoscale } from "@tarmac/components/workload/workloadArgs";
import type { Settings } from "../everySetting.ts";
import type { ValueInputs } from "../valueSettings.ts";

/** The settings of docs/settings.md. */
export interface NodeServiceArgs {
`;

/** Returns the text of the file. */
export const argumentsInterface = (settings: Readonly<Record<string, Declaration>>): string =>
  `${head}${Object.entries(settings).map(argument).join("")}}\n`;

function argument([key, setting]: [string, Declaration]): string {
  const { description, problem, secret } = setting;
  const allowed = problem?.allowed === undefined ? "" : ` Allowed: ${problem.allowed.replace(/\.$/, "")}.`;
  const lines = [
    ...wrapped(`${description}${allowed}`, 114),
    ...(secret ? ["@secret"] : []),
    ...(key === "appName" ? ["@default the component's name"] : defaultOf(setting)),
  ];
  return `  /**\n${lines.map((line) => `   * ${line}\n`).join("")}   */\n  ${key}?: ${ownTypes[key] ?? `Settings["${key}"]`};\n`;
}

/** Returns the tag of the default. An empty string means that there is none. */
const defaultOf = ({ default: value }: Declaration): string[] =>
  value === undefined || value === "" ? [] : [`@default ${JSON.stringify(value)}`];

/** Returns the text in lines of at most `width` characters, unless a word is longer. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
