import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { Registry } from "../../../components/registry.ts";
import { roleAssignmentName } from "../../../components/azure/builtInRoles.ts";
import { labels, mockCloud, only, refusal, unknown, valueOf, type CloudOptions } from "../pulumiMocks.ts";
import { deployerObjectId, guid, nameSuffix, subscription } from "../providerAnswers.ts";

const azureRegistry = "azure-native:containerregistry/v20251101:Registry";
const azureNative = createRequire(__filename)("@pulumi/azure-native/package.json") as { version: string };
const replication = "azure-native:containerregistry:Replication";
const assignment = "azure-native:authorization:RoleAssignment";

async function create(
  args: Partial<ConstructorParameters<typeof Registry>[1]> = {},
  preview: CloudOptions["preview"] = false,
) {
  const cloud = await mockCloud({ preview });
  const registry = new Registry("hello-api", { resourceGroupName: "group", ...args });
  return { registry, resources: await cloud.settled() };
}

test("creates a registry in a component, and nothing else", async () => {
  const { resources } = await create();
  expect(labels(resources)).toEqual([`${azureRegistry}::helloapi`, "tarmac:azure:Registry::hello-api"]);
  expect(only(resources, azureRegistry)).toMatchObject({ parent: "tarmac:azure:Registry::hello-api", aliases: [] });
});

test("allows neither passwords nor anonymous access", async () => {
  const { resources } = await create();
  expect(only(resources, azureRegistry).inputs).toMatchObject({ adminUserEnabled: false, anonymousPullEnabled: false });
});

test("has the smallest SKU and a name that Azure chooses", async () => {
  const { inputs } = only((await create()).resources, azureRegistry);
  expect(inputs.sku).toEqual({ name: "Basic" });
  expect(inputs).not.toHaveProperty("registryName");
});

test("accepts name, SKU, region and tags", async () => {
  const tags = { app: "hello" };
  const { resources } = await create({ registryName: "contosohello", sku: "Premium", location: "northeurope", tags });
  expect(only(resources, azureRegistry).inputs).toMatchObject({
    ...{ resourceGroupName: "group", registryName: "contosohello", location: "northeurope", tags },
    sku: { name: "Premium" },
  });
});

test("outputs its host, name and id", async () => {
  const { registry, resources } = await create({ registryName: "ContosoHello" });
  const id = `${subscription}/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/ContosoHello`;
  const outputs = { id, registryName: "ContosoHello", loginServer: "contosohello.azurecr.io" };
  expect(await valueOf(registry.id)).toBe(id);
  expect(await valueOf(registry.registryName)).toBe(outputs.registryName);
  expect(await valueOf(registry.loginServer)).toBe(outputs.loginServer);
  expect(only(resources, "tarmac:azure:Registry").outputs).toEqual(outputs);
});

test("has no known host in a preview that would create it", async () => {
  const { registry, resources } = await create({}, true);
  expect(labels(resources)).toEqual([`${azureRegistry}::helloapi`, "tarmac:azure:Registry::hello-api"]);
  expect(await valueOf(registry.loginServer)).toBe(unknown);
  expect(await valueOf(registry.id)).toBe(unknown);
});

test.each([true, false, undefined])("is protected when the component is: %s", async (protect) => {
  const cloud = await mockCloud();
  new Registry("hello", { resourceGroupName: "group" }, { protect });
  expect(only(await cloud.settled(), azureRegistry).protect).toBe(protect);
});

test("refuses a name that Azure would refuse, before anything is registered", async () => {
  const cloud = await mockCloud();
  expect(refusal(() => new Registry("hello", { resourceGroupName: "group", registryName: "contoso-hello" }))).toEqual([
    'registryName: "contoso-hello" is not a registry name: use 5 to 50 letters and digits, e.g. "contosohello"',
  ]);
  expect(await cloud.settled()).toEqual([]);
});

test("keeps its host in the preview of an update, such as of tags: otherwise the image would seem to change", async () => {
  const { registry } = await create({ tags: { team: "new" } }, "update");
  expect(await valueOf(registry.loginServer)).toBe(`helloapi${nameSuffix}.azurecr.io`);
});

describe("Premium features", () => {
  const premium = { sku: "Premium" } as const;
  const features = {
    zoneRedundant: true,
    replicaLocations: ["northeurope"],
    publicNetworkAccess: false,
  };

  test("are set on request", async () => {
    const { resources } = await create({ ...premium, ...features, networkRuleBypass: false, tags: { app: "hello" } });
    expect(only(resources, azureRegistry).inputs).toMatchObject({
      zoneRedundancy: "Enabled",
      publicNetworkAccess: "Disabled",
      networkRuleBypassOptions: "None",
      policies: { retentionPolicy: { status: "disabled" } },
    });
    expect(only(resources, replication)).toMatchObject({
      name: "hello-api-northeurope",
      parent: "tarmac:azure:Registry::hello-api",
      deletedWith: `${azureRegistry}::helloapi`,
      protect: false,
      inputs: {
        ...{ registryName: `helloapi${nameSuffix}`, replicationName: "northeurope", location: "northeurope" },
        ...{ zoneRedundancy: "Enabled", tags: { app: "hello" } },
      },
    });
  });

  test("allow only the named sources", async () => {
    const { resources } = await create({ ...premium, allowedRanges: ["203.0.113.7", "198.51.100.0/24"] });
    expect(only(resources, azureRegistry).inputs.networkRuleSet).toEqual({
      defaultAction: "Deny",
      ipRules: [
        { action: "Allow", iPAddressOrRange: "203.0.113.7" },
        { action: "Allow", iPAddressOrRange: "198.51.100.0/24" },
      ],
    });
  });

  test("are reset when they are no longer requested", async () => {
    const { inputs } = only((await create(premium)).resources, azureRegistry);
    expect(inputs).toMatchObject({
      networkRuleSet: { defaultAction: "Allow", ipRules: [] },
      policies: { retentionPolicy: { status: "disabled" } },
      publicNetworkAccess: "Enabled",
    });
  });

  test("are left out for other SKUs, which refuse the very properties", async () => {
    const { inputs } = only((await create({ sku: "Standard" })).resources, azureRegistry);
    for (const word of ["networkRuleSet", "policies"]) expect(inputs).not.toHaveProperty(word);
  });

  test("are refused for other SKUs, all at once", async () => {
    const cloud = await mockCloud();
    const args = { resourceGroupName: "group", sku: "Standard" as const, ...features, allowedRanges: ["203.0.113.7"] };
    const only = 'requires the SKU "Premium", and the registry has "Standard": change the SKU, or remove this';
    expect(refusal(() => new Registry("hello", args))).toEqual([
      `zoneRedundant: ${only}`,
      `replicaLocations: ${only}`,
      `publicNetworkAccess: ${only}`,
      `allowedRanges: ${only}`,
      "allowedRanges: without public network access, no public range reaches the registry: remove the ranges, or allow public network access",
    ]);
    expect(await cloud.settled()).toEqual([]);
  });

  test.each([
    [
      { allowedRanges: ["2001:db8::/64"] },
      'allowedRanges: "2001:db8::/64" is an IPv6 address, and only IPv4 is supported: use IPv4 addresses',
    ],
    [
      { location: "westeurope", replicaLocations: ["westeurope"] },
      'replicaLocations: "westeurope" is the registry\'s home region: remove it',
    ],
    [
      { replicaLocations: ["northeurope", "northeurope"] },
      'replicaLocations: "northeurope" is listed twice: list each region once',
    ],
  ])("are refused if invalid: %j", async (args, problem) => {
    await mockCloud();
    expect(refusal(() => new Registry("hello", { resourceGroupName: "group", ...premium, ...args }))).toEqual([
      problem,
    ]);
  });
});

test.each([
  ["classic", "LegacyRegistryPermissions"],
  ["abac", "AbacRepositoryPermissions"],
] as const)("states its role mode, so that no default of Azure decides: %s", async (roleMode, roleAssignmentMode) => {
  for (const preview of [false, "update"] as const) {
    const { registry, resources } = await create({ roleMode }, preview);
    expect(only(resources, azureRegistry).inputs).toMatchObject({ roleAssignmentMode });
    expect(registry.roleMode).toBe(roleMode);
  }
});

test("adopts a registry that an earlier release created in another API version", async () => {
  const cloud = await mockCloud();
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: RegisterResourceRequest) => unknown;
  };
  const inner = monitor.registerResource.bind(monitor);
  const found: { types: string[]; version: string }[] = [];
  monitor.registerResource = (...[request, ...rest]: Parameters<typeof inner>) => {
    const types = request.getAliasesList().map((alias) => alias.getSpec()?.getType() ?? "");
    if (request.getType() === azureRegistry) found.push({ types, version: request.getVersion() });
    return inner(request, ...rest);
  };
  new Registry("hello", { resourceGroupName: "group" });
  await cloud.settled();
  expect(found).toEqual([{ types: ["azure-native:containerregistry:Registry"], version: azureNative.version }]);
});

describe("in the role mode abac", () => {
  const abac = { roleMode: "abac" } as const;
  const writer = "2a1e307c-b015-4ebd-883e-5b7698a07328";
  const id = `${subscription}/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/helloapi${nameSuffix}`;

  test("is as secure as in the other mode", async () => {
    const { registry, resources } = await create({ ...abac, sku: "Premium", allowedRanges: ["203.0.113.7"] });
    expect(labels(resources)).toEqual([
      `${assignment}::hello-api-push-deployer`,
      `${azureRegistry}::helloapi`,
      "tarmac:azure:Registry::hello-api",
    ]);
    expect(only(resources, azureRegistry).inputs).toEqual({
      ...{ resourceGroupName: "group", sku: { name: "Premium" }, roleAssignmentMode: "AbacRepositoryPermissions" },
      ...{ adminUserEnabled: false, anonymousPullEnabled: false, zoneRedundancy: "Disabled" },
      ...{ publicNetworkAccess: "Enabled", networkRuleBypassOptions: "AzureServices" },
      networkRuleSet: { defaultAction: "Deny", ipRules: [{ action: "Allow", iPAddressOrRange: "203.0.113.7" }] },
      policies: { retentionPolicy: { status: "disabled" } },
    });
    expect(await valueOf(registry.id)).toBe(id);
    expect(await valueOf(registry.loginServer)).toBe(`helloapi${nameSuffix}.azurecr.io`);
  });

  test("lets the deployer push, which no other role of the deployer does", async () => {
    const { registry, resources } = await create(abac);
    const grant = only(resources, assignment);
    expect(grant.inputs).toMatchObject({
      ...{ scope: id, principalId: deployerObjectId, principalType: "ServicePrincipal" },
      roleAssignmentName: roleAssignmentName(id, deployerObjectId, writer),
    });
    expect(grant.ignoreChanges).toEqual(["principalId", "principalType", "roleAssignmentName"]);
    expect(registry.pushGrants).toHaveLength(1);
  });

  test("lets the named principals push, instead of the deployer", async () => {
    const { resources } = await create({ ...abac, pushers: { [guid("team")]: "Group" } });
    expect(only(resources, assignment)).toMatchObject({
      name: `hello-api-push-${guid("team")}`,
      inputs: { principalId: guid("team"), principalType: "Group" },
    });
  });

  test("keeps host and grants in the preview of an update", async () => {
    const { registry, resources } = await create(abac, "update");
    expect(await valueOf(registry.loginServer)).toBe(`helloapi${nameSuffix}.azurecr.io`);
    expect(only(resources, assignment).inputs.roleAssignmentName).not.toBe(unknown);
  });
});
