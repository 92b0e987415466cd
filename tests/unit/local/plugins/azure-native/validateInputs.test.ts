import { autoName } from "../../../../../local/plugins/azure-native/autoName.ts";
import { checkInputs } from "../../../../../local/plugins/azure-native/validateInputs.ts";
import { roleAssignment } from "../../../../../local/plugins/azure-native/types/authorizationTypes.ts";
import { registry } from "../../../../../local/plugins/azure-native/types/containerRegistryTypes.ts";
import { agentPool, managedCluster } from "../../../../../local/plugins/azure-native/types/containerServiceTypes.ts";
import { resourceGroup } from "../../../../../local/plugins/azure-native/types/resourceGroupTypes.ts";
import type { ResourceType } from "../../../../../local/plugins/azure-native/types/describeType.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/wireValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/wireValues.ts";
import { checkRequest } from "./sampleRequests.ts";

const nowhere = () => Promise.resolve(undefined);

const check = (type: ResourceType, news: Properties, olds: Properties = {}) =>
  checkInputs(type, checkRequest(type.token, { news, olds }), nowhere);

const reasons = async (type: ResourceType, news: Properties) =>
  ((await check(type, news)).failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);

describe("names", () => {
  it("are the resource's with eight digits that the seed decides", async () => {
    const first = (await check(resourceGroup, { location: "x" })).inputs;
    expect(first).toEqual({
      location: "x",
      resourceGroupName: expect.stringMatching(/^web[0-9a-f]{8}$/) as string,
      __createBeforeDelete: true,
      azureApiVersion: "2024-03-01",
    });
    expect((await check(resourceGroup, { location: "x" })).inputs).toEqual(first);
  });

  it("are GUIDs for role assignments", async () => {
    const { inputs } = await check(roleAssignment, { scope: "/s", principalId: "p", roleDefinitionId: "r" });
    expect(inputs.roleAssignmentName).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("are copied for what is unique below its parent", async () => {
    const { inputs } = await check(agentPool, { resourceGroupName: "rg", resourceName: "c" });
    expect(inputs.agentPoolName).toBe("web");
    expect(inputs).not.toHaveProperty("__createBeforeDelete");
  });

  it("stay the same, with their flag", async () => {
    const olds = { resourceGroupName: "web12345678", __createBeforeDelete: true };
    expect((await check(resourceGroup, { location: "x" }, olds)).inputs).toMatchObject(olds);
    expect((await check(resourceGroup, { location: "x" }, { resourceGroupName: "web" })).inputs).not.toHaveProperty(
      "__createBeforeDelete",
    );
  });

  it.each([
    ["propose", resourceGroup, "proposed"],
    ["enforce", resourceGroup, "proposed"],
    ["enforce", roleAssignment, "proposed"],
    ["disable", resourceGroup, undefined],
  ] as const)("follow the stack's naming: %s", (mode, type, expected) => {
    const request = checkRequest(type.token, { autonaming: { mode, proposedName: "proposed" } });
    expect(autoName(type, request, undefined)?.name).toBe(expected);
  });

  it("are GUIDs for role assignments also where the stack proposes names", () => {
    const autonaming = { mode: "propose", proposedName: "proposed" } as const;
    const named = autoName(roleAssignment, checkRequest(roleAssignment.token, { autonaming }), undefined);
    expect(named?.name).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("invalid inputs", () => {
  const complete = { resourceGroupName: "rg", location: "x", sku: { name: "Basic" } };

  it("do not include complete ones", async () => {
    expect(await reasons(registry, { ...complete, registryName: "hello123" })).toEqual([]);
  });

  it("are reported for each missing property", async () => {
    expect(await reasons(registry, { sku: {} })).toEqual([
      "resourceGroupName: missing required property 'resourceGroupName'",
      "location: missing required property 'location'. Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.",
      "sku.name: missing required property 'sku.name'",
    ]);
  });

  it("are reported at the item that lacks a property", async () => {
    const agentPoolProfiles: Properties[] = [{ name: "a" }, { count: 1 }];
    expect(await reasons(managedCluster, { resourceGroupName: "rg", location: "x", agentPoolProfiles })).toEqual([
      "agentPoolProfiles[1].name: missing required property 'agentPoolProfiles[1].name'",
    ]);
  });

  it.each([
    ["abc", "registryName: 'registryName' is too short (3): at least 5 characters required"],
    ["a".repeat(51), "registryName: 'registryName' is too long (51): at most 50 characters allowed"],
    ["no-dashes", `registryName: 'registryName' does not match expression '^[a-zA-Z0-9]*$': "no-dashes"`],
  ])("are reported for the name %s", async (registryName, expected) => {
    expect(await reasons(registry, { ...complete, registryName })).toEqual([expected]);
  });

  it("are reported for a name that is not a string", async () => {
    expect(await reasons(registry, { ...complete, registryName: "hello", resourceGroupName: { a: "b" } })).toEqual([
      `resourceGroupName: 'resourceGroupName' should be of type 'string' but got {"a":"b"}`,
    ]);
  });

  it("are not reported for values that are unknown or secret", async () => {
    const inputs = { ...complete, resourceGroupName: unknown, registryName: new Secret("hello"), sku: unknown };
    const result = await check(registry, inputs);
    expect(result.failures).toEqual([]);
    expect(result.inputs.registryName).toEqual(new Secret("hello"));
  });
});

it("requires a default location only if there is none", async () => {
  const asked: Properties[] = [];
  const find = (_olds: Properties, news: Properties) => {
    asked.push(news);
    return Promise.resolve(unknown);
  };
  const located = await checkInputs(
    resourceGroup,
    checkRequest(resourceGroup.token, { news: { resourceGroupName: "a", location: "x" } }),
    find,
  );
  expect(located.inputs.location).toBe("x");
  expect(asked).toEqual([]);
  const other = await checkInputs(
    resourceGroup,
    checkRequest(resourceGroup.token, { news: { resourceGroupName: "a" } }),
    find,
  );
  expect(other.inputs.location).toBe(unknown);
});
