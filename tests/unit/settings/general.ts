/** Values of the settings of the stack as a whole: which are taken, which are refused, and what is then said. */
import type { SettingCases } from "./cases.ts";

const appName =
  'cannot name an app: use 1 to 30 lower-case letters, digits and "-", starting with a letter and not ending with "-", e.g. "hello-api"';
const region =
  'is not the name of a region: write it in lower case without spaces, e.g. "westeurope" (az account list-locations -o table)';

export const generalCases: SettingCases = {
  accepted: [
    ["appName", "hello-api", "hello-api"],
    ["location", "northeurope2", "northeurope2"],
    ["owner", "platform-team", "platform-team"],
    ["protect", "true", true],
  ],
  refused: [
    ["appName", "", `"" ${appName}`],
    ["appName", "Hello", `"Hello" ${appName}`],
    ["appName", "2hello", `"2hello" ${appName}`],
    ["appName", "hello_api", `"hello_api" ${appName}`],
    ["appName", "a".repeat(31), `"${"a".repeat(31)}" ${appName}`],
    ["location", "West Europe", `"West Europe" ${region}`],
    ["location", "", `"" ${region}`],
    ["protect", "yes", '"yes" is not a boolean: use "true" or "false"'],
  ],
  together: [],
};
