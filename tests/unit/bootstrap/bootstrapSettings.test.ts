import * as pulumi from "@pulumi/pulumi";
import { readStackSettings, settings } from "../../../bootstrap/bootstrapSettings.ts";
import { mockCloud } from "../pulumiMocks.ts";
import { guid, map } from "../settings/settingCases.ts";

beforeEach(() => mockCloud());
afterEach(() => pulumi.runtime.disconnect());

/** Reads these settings and a repository. */
function read(values: Record<string, string> = {}) {
  const all = Object.entries({ repository: "contoso/hello", ...values });
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

test("needs a repository and nothing else", () => {
  expect(read()).toMatchObject({
    repository: "contoso/hello",
    environments: ["dev", "staging", "prod", "sandbox"],
    previewed: ["dev", "staging", "prod", "sandbox"],
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
  ["storageAccountName", "contosostate1"],
  ["vaultName", "contoso-keys-1"],
  ["admins", `{"${guid}":"Group"}`],
  ["issuer", "https://token.actions.githubusercontent.com/contoso"],
])("accepts %s %s", (key, value) => {
  expect(problemsOf({ [key]: value })).toEqual([]);
});

const repository =
  'is not a repository; write OWNER/NAME, e.g. "contoso/hello", or with ids, e.g. "contoso@5544/hello@821093"';
const environment =
  'is not a name for an environment; use 1 to 30 lower-case letters, digits and "-", starting with a letter and not ending with "-", e.g. "dev"';
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
    '"prd" is not one of the environments "dev", "staging", "prod", "sandbox"; did you mean "prod"?',
  ],
  ["previewed", '["test"]', '"test" is not one of the environments "dev", "staging", "prod", "sandbox"'],
  ["branch", "refs/heads/main", `"refs/heads/main" ${branch}`],
  ["branch", "release/*", `"release/*" ${branch}`],
  [
    "project",
    "a b",
    '"a b" is not a Pulumi project; use at most 100 letters, digits, "-", "_" and ".", as in Pulumi.yaml',
  ],
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
  ["locked", "yes", '"yes" is not a boolean: use "true" or "false"'],
  ["issuer", "https://token.example.com/", `"https://token.example.com/" ${issuer}`],
  ["issuer", "http://token.example.com", `"http://token.example.com" ${issuer}`],
  ["tags", "a", `"a" ${map}`],
];

test.each(rejected)("rejects %s %s", (key, value, said) => {
  expect(problemsOf({ [key]: value })).toEqual([`tarmac:${key}: ${said}`]);
});

test("every setting has a rejected value in this list", () => {
  expect([...new Set(rejected.map(([key]) => key))].sort()).toEqual(Object.keys(settings).sort());
});
