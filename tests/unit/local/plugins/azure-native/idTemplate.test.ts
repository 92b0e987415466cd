import { namesInId, resourceId } from "../../../../../local/plugins/azure-native/idTemplate.ts";
import { roleAssignment } from "../../../../../local/plugins/azure-native/types/authorizationTypes.ts";
import { agentPool } from "../../../../../local/plugins/azure-native/types/containerServiceTypes.ts";
import { genericResource, resourceGroup } from "../../../../../local/plugins/azure-native/types/resourceGroupTypes.ts";
import { Secret } from "../../../../../local/plugins/rpc/wireValues.ts";

it("is made of the names, encoded, and the subscription", () => {
  expect(resourceId(resourceGroup, { resourceGroupName: "a (b)" }, "s")).toBe(
    "/subscriptions/s/resourceGroups/a%20(b)",
  );
  expect(
    resourceId(agentPool, { resourceGroupName: new Secret("rg"), resourceName: "c", agentPoolName: "p" }, "s"),
  ).toBe("/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c/agentPools/p");
});

it("accepts a scope unchanged, with or without its leading slash", () => {
  const expected = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Authorization/roleAssignments/g";
  for (const scope of ["/subscriptions/s/resourceGroups/rg", "subscriptions/s/resourceGroups/rg/"]) {
    expect(resourceId(roleAssignment, { scope, roleAssignmentName: "g" }, "x")).toBe(expected);
  }
});

it("names what is missing", () => {
  expect(() => resourceId(resourceGroup, {}, "s")).toThrow(
    "azure-native:resources:ResourceGroup: resourceGroupName is null; it must be a name, because it is a part of the resource's id",
  );
});

it("is read back in any case", () => {
  const id = "/SUBSCRIPTIONS/s/resourcegroups/RG/providers/microsoft.containerservice/managedclusters/c/agentpools/p";
  expect(namesInId(agentPool, id)).toEqual({ resourceGroupName: "RG", resourceName: "c", agentPoolName: "p" });
  expect(namesInId(resourceGroup, "/subscriptions/s/resourceGroups/a%20b")).toEqual({ resourceGroupName: "a b" });
});

it("returns a scope with its leading slash", () => {
  const scope = "/subscriptions/s/providers/Microsoft.X/ys/z";
  expect(namesInId(roleAssignment, `${scope}/providers/Microsoft.Authorization/roleAssignments/g`)).toEqual({
    scope,
    roleAssignmentName: "g",
  });
});

it("refuses an id of another type", () => {
  expect(() => namesInId(agentPool, "/subscriptions/s/resourceGroups/rg")).toThrow(
    /is not the id of a azure-native:containerservice:AgentPool; such ids look like \/subscriptions\/\{subscriptionId\}/,
  );
});

describe("of a resource of any type", () => {
  const names = { resourceGroupName: "rg", resourceProviderNamespace: "Microsoft.X", resourceType: "ys" };

  it("has two slashes if it has no parent, as the official plugin sends it", () => {
    expect(resourceId(genericResource, { ...names, parentResourcePath: "", resourceName: "z" }, "s")).toBe(
      "/subscriptions/s/resourceGroups/rg/providers/Microsoft.X//ys/z",
    );
    expect(resourceId(genericResource, { ...names, parentResourcePath: "as/b", resourceName: "z" }, "s")).toBe(
      "/subscriptions/s/resourceGroups/rg/providers/Microsoft.X/as/b/ys/z",
    );
  });

  it.each([
    ["", "/subscriptions/s/resourceGroups/rg/providers/Microsoft.X/ys/z"],
    ["as/b", "/subscriptions/s/resourceGroups/rg/providers/Microsoft.X/as/b/ys/z"],
  ])("is read back with the parent %p", (parentResourcePath, id) => {
    expect(namesInId(genericResource, id)).toMatchObject({ ...names, resourceName: "z", resourceType: "ys" });
    expect(namesInId(genericResource, id).parentResourcePath).toBe(parentResourcePath);
  });
});
