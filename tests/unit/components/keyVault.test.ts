import { KeyVault, type KeyVaultArgs } from "../../../components/keyVault.ts";
import { guid, nameSuffix, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, refusal, valueOf } from "../pulumiMocks.ts";

const types = {
  assignment: "azure-native:authorization:RoleAssignment",
  vault: "azure-native:keyvault:Vault",
};
const component = "tarmac:azure:KeyVault::hello";

async function create(more: Partial<KeyVaultArgs> = {}, { preview = false, name = "hello", protect = false } = {}) {
  const cloud = await mockCloud({ preview });
  const vault = new KeyVault(name, { resourceGroupName: "group", ...more }, { protect });
  return { vault, resources: await cloud.settled() };
}

const propertiesOf = async (more: Partial<KeyVaultArgs>) =>
  only((await create(more)).resources, types.vault).inputs.properties as Record<string, unknown>;

test.each([false, true])("creates a vault that authorizes by roles, and grants none (preview: %s)", async (preview) => {
  const { resources } = await create({ location: "westeurope", tags: { app: "hello" } }, { preview });
  expect(labels(resources)).toEqual([`${types.vault}::hello`, component]);
  expect(only(resources, types.vault)).toMatchObject({
    parent: component,
    inputs: {
      ...{ resourceGroupName: "group", location: "westeurope", tags: { app: "hello" } },
      properties: {
        ...{ tenantId: guid("tenant"), sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
        ...{ enableSoftDelete: true, enablePurgeProtection: true, softDeleteRetentionInDays: 90 },
        ...{ publicNetworkAccess: "Enabled", networkAcls: { bypass: "None", defaultAction: "Allow", ipRules: [] } },
      },
    },
  });
});

test("outputs its id, name and address", async () => {
  const { vault } = await create();
  expect(await valueOf(vault.id)).toBe(
    `${subscription}/resourceGroups/group/providers/Microsoft.KeyVault/vaults/hello${nameSuffix}`,
  );
  expect(await valueOf(vault.vaultName)).toBe(`hello${nameSuffix}`);
  expect(await valueOf(vault.url)).toBe(`https://hello${nameSuffix}.vault.azure.net`);
});

test("has a name that Azure accepts, whatever the component's name is", async () => {
  const { resources } = await create({}, { name: "payments--of-the-european-shop" });
  const [{ name } = { name: "" }] = resources.filter(({ type }) => type === types.vault);
  expect(name).toMatch(/^payments[a-z0-9-]*-[0-9a-f]{6}$/);
  expect(name).not.toContain("--");
  expect(name.length).toBeLessThanOrEqual(16);
  expect(only((await create({ vaultName: "shop-dev" })).resources, types.vault).inputs.vaultName).toBe("shop-dev");
});

test("may be purged only on request: Azure accepts true or nothing", async () => {
  expect(await propertiesOf({ purgeProtection: false, retentionDays: 7 })).not.toHaveProperty("enablePurgeProtection");
  expect(await propertiesOf({ retentionDays: 7 })).toMatchObject({ softDeleteRetentionInDays: 7 });
});

test.each([
  ["private endpoints only", { privateOnly: true }, "Disabled", "Deny", []],
  [
    "private endpoints, and writers outside",
    { privateOnly: true, allowedRanges: ["203.0.113.7"] },
    "Enabled",
    "Deny",
    ["203.0.113.7"],
  ],
  ["addresses", { allowedRanges: ["203.0.113.0/24"] }, "Enabled", "Deny", ["203.0.113.0/24"]],
])("can be reached from %s", async (_, args, publicNetworkAccess, defaultAction, ranges) => {
  expect(await propertiesOf(args)).toMatchObject({
    publicNetworkAccess,
    networkAcls: { bypass: "None", defaultAction, ipRules: ranges.map((value) => ({ value })) },
  });
});

test("can be written by the named principals, and protection does not keep their grants", async () => {
  const { resources } = await create({ writers: { [guid("team")]: "Group" } }, { protect: true });
  expect(only(resources, types.vault).protect).toBe(true);
  expect(only(resources, types.assignment)).toMatchObject({
    name: `hello-writer-${guid("team")}`,
    protect: false,
    inputs: {
      scope: `${subscription}/resourceGroups/group/providers/Microsoft.KeyVault/vaults/hello${nameSuffix}`,
      principalId: guid("team"),
      principalType: "Group",
      roleDefinitionId: expect.stringContaining("b86a8fe4-44ce-4948-aee5-eccb2c155cd7") as string,
    },
  });
});

test("refuses what Azure would refuse, before anything is created", () => {
  const given = { vaultName: "my_vault", retentionDays: 5, allowedRanges: ["10.0.0.0/8"] };
  expect(refusal(() => new KeyVault("hello", { resourceGroupName: "group", ...given }))).toEqual([
    expect.stringMatching(/^vaultName: "my_vault" is not the name of a Key Vault/),
    "retentionDays: 5 is out of range: use a whole number from 7 to 90",
    expect.stringMatching(/^allowedRanges: "10.0.0.0\/8" is a private range/),
  ]);
});
