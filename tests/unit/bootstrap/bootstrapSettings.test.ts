import * as pulumi from "@pulumi/pulumi";
import { readStackSettings, refuseOwnSubscription, settings } from "../../../bootstrap/bootstrapSettings.ts";
import { mockCloud } from "../pulumiMocks.ts";
import { guid, map } from "../settings/settingCases.ts";

beforeEach(() => mockCloud());
afterEach(() => pulumi.runtime.disconnect());

/** Reads these settings and a repository. */
function read(values: Record<string, string> = {}) {
  const all = Object.entries({ repository: "contoso/hello", shareSubscriptions: "true", ...values });
  pulumi.runtime.setAllConfig(Object.fromEntries(all.map(([key, value]) => [`tarmac:${key}`, value])));
  return readStackSettings();
}

function problemsOf(values: Record<string, string>): readonly string[] {
  try {
    read(values);
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
}

test("needs a repository, and subscriptions or the setting that they are shared", () => {
  expect(read()).toMatchObject({
    repository: "contoso/hello",
    environments: ["dev", "staging", "prod"],
    // Everybody who can push a branch can read the previewed environments.
    previewed: ["dev", "staging"],
    purged: [],
    branch: "main",
    locked: true,
    storageAccountName: undefined,
  });
  expect(problemsOf({ repository: "" })).toEqual([
    'tarmac:repository: it is not set; name the repository whose workflows sign in, e.g. "contoso/hello"',
  ]);
});

test.each([
  ["repository", "my-org@5544/my.repo_1@821093"],
  ["branch", "release/1.x"],
  ["subscriptions", `{"prod":"${guid}"}`],
  ["previewed", '["dev"]'],
  ["purged", '["dev"]'],
  ["imagesFrom", '{"prod":"dev"}'],
  ["storageAccountName", "contosostate1"],
  ["vaultName", "contoso-keys-1"],
  ["admins", `{"${guid}":"Group"}`],
  ["issuer", "https://token.actions.githubusercontent.com/contoso"],
])("accepts %s %s", (key, value) => {
  expect(problemsOf({ [key]: value })).toEqual([]);
});

test("allows other environments than those of the default of imagesFrom, which Pulumi passes as text", () => {
  const environments = '["dev","sandbox"]';
  const declared = '{"prod":"staging","staging":"dev"}';
  expect(problemsOf({ environments })).toEqual([]);
  expect(problemsOf({ environments, imagesFrom: declared })).toEqual([]);
  expect(problemsOf({ environments, imagesFrom: '{"sandbox":"staging"}' })).toEqual([
    'tarmac:imagesFrom: "staging" is not one of the environments "dev", "sandbox"',
  ]);
});

const repository =
  'is not a repository; write OWNER/NAME, e.g. "contoso/hello", or with ids, e.g. "contoso@5544/hello@821093"';
const environment =
  'is not a name for an environment; use 1 to 30 lower-case letters, digits and single "-", starting with a letter and not ending with "-", e.g. "dev"';
const branch = 'is not a branch; write only its name, without a pattern, e.g. "main"';
const account =
  'is not a name for a storage account; use 3 to 24 lower-case letters and digits, and nothing else, e.g. "contosostate"';
const vault =
  'is not a name for a key vault; use 3 to 24 letters, digits and single hyphens, starting with a letter and not ending with "-", e.g. "contoso-keys"';
const issuer =
  'is not an issuer; write its https URL without a trailing slash, e.g. "https://token.actions.githubusercontent.com"';

const rejected: [keyof typeof settings, string, string][] = [
  ["repository", "hello", `"hello" ${repository}`],
  ["repository", "contoso/*", `"contoso/*" ${repository}`],
  ["repository", "https://github.com/contoso/hello", `"https://github.com/contoso/hello" ${repository}`],
  [
    "repository",
    "contoso/hello@821093",
    '"contoso/hello@821093" has only one of two ids; write OWNER@ID/NAME@ID (gh api repos/contoso/hello/actions/oidc/customization/sub --jq .sub_claim_prefix, without "repo:")',
  ],
  ["environments", "[]", "it is empty; name at least one environment"],
  ["environments", '["Dev"]', `"Dev" ${environment}`],
  // Part of a container's name, where Azure allows no two hyphens in a row.
  ["environments", '["dev--eu"]', `"dev--eu" ${environment}`],
  ["environments", '["bootstrap"]', '"bootstrap" is the name of this program\'s own key; rename the environment'],
  ["environments", '["dev","dev"]', '"dev" is listed twice; remove one'],
  [
    "environments",
    '["prod","prod-eu"]',
    'the names "prod" and "prod-eu" overlap, because stacks of "prod" are named prod or prod-SUFFIX; rename one of the two',
  ],
  [
    "subscriptions",
    '{"test":"x"}',
    '"x" is not a subscription id: use its GUID; list them with az account list --query "[].{name:name,id:id}" -o table',
  ],
  [
    "subscriptions",
    `{"prd":"${guid}"}`,
    '"prd" is not one of the environments "dev", "staging", "prod"; did you mean "prod"?',
  ],
  ["purged", '["test"]', '"test" is not one of the environments "dev", "staging", "prod"'],
  ["previewed", '["test"]', '"test" is not one of the environments "dev", "staging", "prod"'],
  ["imagesFrom", '{"prod":"test"}', '"test" is not one of the environments "dev", "staging", "prod"'],
  ["imagesFrom", '{"test":"dev"}', '"test" is not one of the environments "dev", "staging", "prod"'],
  ["branch", "refs/heads/main", `"refs/heads/main" ${branch}`],
  ["branch", "release/*", `"release/*" ${branch}`],
  [
    "location",
    "West Europe",
    '"West Europe" is not a region name: use lower case without spaces, e.g. "westeurope"; list them with az account list-locations -o table',
  ],
  [
    "resourceGroupName",
    "a.",
    '"a." is not a resource group name: use 1 to 90 letters, digits, "_", "-", ".", "(", and ")", not ending with "."',
  ],
  ["storageAccountName", "contoso-state", `"contoso-state" ${account}`],
  ["vaultName", "contoso--keys", `"contoso--keys" ${vault}`],
  ["vaultName", "1keys", `"1keys" ${vault}`],
  ["admins", `{"${guid}":"Person"}`, `the type of "${guid}" is "Person": use "User", "Group", or "ServicePrincipal"`],
  ["retentionDays", "6", "6 is out of range: use a whole number from 7 to 365"],
  ["shareSubscriptions", "yes", '"yes" is not a boolean: use "true" or "false"'],
  ["locked", "yes", '"yes" is not a boolean: use "true" or "false"'],
  ["issuer", "https://token.example.com/", `"https://token.example.com/" ${issuer}`],
  ["issuer", "http://token.example.com", `"http://token.example.com" ${issuer}`],
  ["tags", "a", `"a" ${map}`],
];

test.each(rejected)("rejects %s %s", (key, value, said) => {
  expect(problemsOf({ [key]: value })).toEqual([`tarmac:${key}: ${said}`]);
});

describe("environments that are not isolated", () => {
  const fix =
    "Give each one its own: pulumi -C bootstrap config set --path subscriptions.NAME ID. To accept it: pulumi -C bootstrap config set shareSubscriptions true";
  const other = guid.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));

  test.each([
    [
      "without a subscription",
      { dev: guid },
      `"prod" would share the subscription of the bootstrap, which holds the state and the keys of all: code that deploys there can take over every environment. ${fix}`,
    ],
    [
      "in one subscription",
      { dev: guid, prod: guid.toUpperCase() },
      `"dev" and "prod" share a subscription: code that deploys one of them can take over the other. ${fix}`,
    ],
  ])("are rejected: %s", (_, subscriptions, said) => {
    const values = { environments: '["dev","prod"]', subscriptions: JSON.stringify(subscriptions) };
    expect(problemsOf({ ...values, shareSubscriptions: "false" })).toEqual([`tarmac:subscriptions: ${said}`]);
    expect(problemsOf(values)).toEqual([]);
  });

  test("are rejected in the subscription of the bootstrap, once Azure says which that is", () => {
    const values = { environments: '["dev","prod"]', subscriptions: JSON.stringify({ dev: guid, prod: other }) };
    const strict = read({ ...values, shareSubscriptions: "false" });
    expect(() => refuseOwnSubscription(strict, guid.toUpperCase())).toThrow(
      `tarmac:subscriptions: "dev" has the subscription of the bootstrap, which holds the state and the keys of all: code that deploys there can take over every environment. ${fix}`,
    );
    const elsewhere = "0f8fad5b-d9cb-469f-a165-70867728950f";
    expect(refuseOwnSubscription(strict, elsewhere)).toBe(elsewhere);
    expect(refuseOwnSubscription(read(values), guid)).toBe(guid);
  });
});

test("every setting has a rejected value in this list", () => {
  expect([...new Set(rejected.map(([key]) => key))].sort()).toEqual(Object.keys(settings).sort());
});
