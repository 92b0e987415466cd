/** Values of the settings of the stack as a whole: which are taken, which are refused, and what is then said. */
import type { SettingCases } from "./settingCases.ts";

const appName =
  'is not an app name: use 1 to 30 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "hello-api"';
const region =
  'is not a region name: use lower case without spaces, e.g. "westeurope"; list them with az account list-locations -o table';

export const generalCases: SettingCases = {
  accepted: [
    ["tags", '{"cost-centre":"4711"}', { "cost-centre": "4711" }],
    ["expires", "2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"],

    ["appName", "hello-api", "hello-api"],
    ["location", "northeurope2", "northeurope2"],
    ["owner", "platform-team", "platform-team"],
    ["protect", "true", true],
  ],
  refused: [
    ["tags", '{"Stack":"prod"}', 'the tag "Stack" is set from the stack\'s name: remove it here'],
    ["tags", '{"a/b":"c"}', '"a/b" is not a tag name: use up to 512 characters without < > % & \\ ? /'],
    ["tags", '{"":"c"}', '"" is not a tag name: use up to 512 characters without < > % & \\ ? /'],
    ["tags", '{"cost-centre":4711}', 'the value of "cost-centre" is not a string: put it in quotes'],
    ["tags", `{"note":"${"a".repeat(257)}"}`, 'the value of "note" has 257 characters: use at most 256'],
    [
      "tags",
      JSON.stringify(Object.fromEntries(Array.from({ length: 46 }, (_, i) => [`tag${i}`, ""]))),
      "46 tags are more than 45, the most that Azure allows beside the tags that tarmac sets: remove some",
    ],
    // What YAML makes of a time without quotes.
    [
      "expires",
      "2026-12-24 18:00:00 +0000 UTC",
      '"2026-12-24 18:00:00 +0000 UTC" is not a time: use UTC in quotes, e.g. "2026-12-24T18:00:00Z"',
    ],
    ["expires", "tomorrow", '"tomorrow" is not a time: use UTC in quotes, e.g. "2026-12-24T18:00:00Z"'],
    [
      "expires",
      "2026-13-24T18:00Z",
      '"2026-13-24T18:00Z" is not a time: use UTC in quotes, e.g. "2026-12-24T18:00:00Z"',
    ],
    ["expires", "2026-12-24", '"2026-12-24" is not a time: use UTC in quotes, e.g. "2026-12-24T18:00:00Z"'],

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
