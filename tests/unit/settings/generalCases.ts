/** Accepted and rejected values of the settings of the stack as a whole, with the messages. */
import type { SettingCases } from "./settingCases.ts";

const appName =
  'is not an app name: use 1 to 30 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "hello-api"';
const tagName =
  "is not a tag name: use up to 512 characters without < > % & \\ ? / and line breaks, not beginning or ending with a space";
const region =
  'is not a region name: use lower case without spaces, e.g. "westeurope"; list them with az account list-locations -o table';

export const generalCases: SettingCases = {
  accepted: [
    ["tags", '{"cost-centre":"4711"}', { "cost-centre": "4711" }],
    ["expires", "2099-12-24T18:00:00Z", "2099-12-24T18:00:00Z"],

    ["appName", "hello-api", "hello-api"],
    ["location", "northeurope", "northeurope"],
    // Newer than the list of regions.
    ["location", "icelandwest", "icelandwest"],
    ["owner", "platform-team", "platform-team"],
    ["protect", "true", true],
    ["sleepAt", "19:00", "19:00"],
    ["autoPutBack", '["kubernetes:policy/v1:PodDisruptionBudget"]', ["kubernetes:policy/v1:PodDisruptionBudget"]],
    ["wakeAt", "Mon-Fri 07:30", "Mon-Fri 07:30"],
    ["sleepTimeZone", "Europe/Berlin", "Europe/Berlin"],
  ],
  beside: { wakeAt: { sleepAt: "19:00" }, sleepTimeZone: { sleepAt: "19:00" } },
  refused: [
    [
      "autoPutBack",
      '["kubernetes:apps/v1:Deployment"]',
      '"kubernetes:apps/v1:Deployment" cannot be put back automatically: use some of kubernetes:policy/v1:PodDisruptionBudget, ' +
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler, kubernetes:networking.k8s.io/v1:NetworkPolicy, azure-native:authorization:RoleAssignment",
    ],
    [
      "sleepAt",
      "7 pm",
      '"7 pm" is not a time: use e.g. "19:00" for every day, or "Mon-Fri 07:00" or "Sat,Sun 10:00" for some',
    ],
    [
      "wakeAt",
      "Mo-Fr 07:00",
      '"Mo-Fr 07:00" is not a time: use e.g. "19:00" for every day, or "Mon-Fri 07:00" or "Sat,Sun 10:00" for some',
    ],
    [
      "sleepTimeZone",
      "Berlin",
      '"Berlin" is not a time zone: use a name of the IANA database, e.g. "Europe/Berlin" or "America/New_York"',
    ],
    [
      "tags",
      `{"build":"npm_${"a1B2".repeat(9)}"}`,
      '"build" holds a secret (npm token), which everybody who sees the resource can read: remove it, and replace the secret where it was issued',
    ],
    ["tags", '{"Stack":"prod"}', 'the tag "Stack" is set from the stack\'s name: remove it here'],
    ["tags", '{"a/b":"c"}', `"a/b" ${tagName}`],
    ["tags", '{"":"c"}', `"" ${tagName}`],
    [
      "tags",
      '{"cost-centre":4711}',
      'the value of "cost-centre" is not a string: put it in quotes, or add --type string to pulumi config set --path',
    ],
    ["tags", `{"note":"${"a".repeat(257)}"}`, 'the value of "note" has 257 characters: use at most 256'],
    [
      "tags",
      '{"team":"a","Team":"b"}',
      'the tags "team" and "Team" are the same to Azure, and one would be lost: remove one',
    ],
    ["tags", '{"Azure-cost":"a"}', 'the tag "Azure-cost" begins with "azure", which Azure reserves: use another name'],
    [
      "tags",
      JSON.stringify(Object.fromEntries(Array.from({ length: 46 }, (_, i) => [`tag${i}`, ""]))),
      "46 tags are more than 45, the most that Azure allows in addition to the tags that tarmac sets: remove some",
    ],
    // YAML's form of a time without quotes.
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
    [
      "expires",
      "2024-02-29T18:00:00Z",
      '"2024-02-29T18:00:00Z" is past, so the next cleanup would delete the environment: use a later time',
    ],
    ["expires", "2099-02-30T18:00:00Z", '"2099-02-30T18:00:00Z" is not a time: its month has no such day'],
    ["expires", "2026-12-24", '"2026-12-24" is not a time: use UTC in quotes, e.g. "2026-12-24T18:00:00Z"'],

    ["appName", "", `"" ${appName}`],
    ["appName", "Hello", `"Hello" ${appName}`],
    ["appName", "2hello", `"2hello" ${appName}`],
    ["appName", "hello_api", `"hello_api" ${appName}`],
    ["appName", "a".repeat(31), `"${"a".repeat(31)}" ${appName}`],
    ["location", "West Europe", `"West Europe" ${region}`],
    [
      "location",
      "northeurope2",
      '"northeurope2" is not an Azure region (LocationNotAvailableForResourceGroup): did you mean "northeurope"? Otherwise list them with az account list-locations -o table',
    ],
    [
      "location",
      "westeurop",
      '"westeurop" is not an Azure region (LocationNotAvailableForResourceGroup): did you mean "westeurope"? Otherwise list them with az account list-locations -o table',
    ],
    [
      "location",
      "uswest2",
      '"uswest2" is not an Azure region (LocationNotAvailableForResourceGroup): did you mean "westus2"? Otherwise list them with az account list-locations -o table',
    ],
    [
      "location",
      "atlantis",
      '"atlantis" is not an Azure region (LocationNotAvailableForResourceGroup): use e.g. "westeurope"; list them with az account list-locations -o table',
    ],
    ["protect", "yes", '"yes" is not a boolean: use "true" or "false"'],
  ],
  together: [
    [
      "names that Azure reserves",
      { appName: "login-api" },
      [
        'tarmac:appName: "login-api" begins with "login", which Azure allows in no public name (ReservedResourceName): use another name, e.g. "my-login-api"',
      ],
    ],
    [
      "a name with a reserved word of Microsoft's",
      { appName: "office" },
      [
        'tarmac:appName: "office" is a word that Azure reserves (ReservedResourceName): use another name, e.g. "my-office"',
      ],
    ],
    [
      "an owner who is too long for a tag",
      { owner: "a".repeat(257) },
      ["tarmac:owner: the value has 257 characters: use at most 256"],
    ],
    [
      "more tags than a private DNS zone can have",
      {
        ...{ ownNetwork: "true", privateRegistry: "true", registrySku: "Premium", owner: "me" },
        tags: JSON.stringify(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`tag${i}`, ""]))),
      },
      [
        "tarmac:tags: 12 tags are more than 11, the most that the private DNS zone of privateRegistry can have in addition to the 4 that tarmac sets: remove some",
      ],
    ],
  ],
};
