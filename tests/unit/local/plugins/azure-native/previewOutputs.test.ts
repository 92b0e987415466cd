import { previewOutputs } from "../../../../../local/plugins/azure-native/previewOutputs.ts";
import { managedCluster } from "../../../../../local/plugins/azure-native/types/containerServiceTypes.ts";
import { resourceGroup } from "../../../../../local/plugins/azure-native/types/resourceGroupTypes.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/wireValues.ts";

it("has the inputs of a new resource, and unknown values for the rest", () => {
  expect(previewOutputs(resourceGroup, { resourceGroupName: "rg", location: "x", tags: new Secret({}) })).toEqual({
    azureApiVersion: "2024-03-01",
    location: "x",
    tags: new Secret({}),
    managedBy: unknown,
    name: unknown,
    properties: unknown,
    type: unknown,
  });
});

it("keeps the name and the location of a resource that is updated", () => {
  const state = { name: "rg", location: "westeurope", type: "Microsoft.Resources/resourceGroups", managedBy: "m" };
  expect(previewOutputs(resourceGroup, { location: "West Europe" }, state)).toMatchObject({
    name: "rg",
    location: "westeurope",
    type: unknown,
    managedBy: unknown,
  });
});

it("is unknown where the service adds to inputs", () => {
  const outputs = previewOutputs(managedCluster, {
    oidcIssuerProfile: { enabled: true },
    identity: { type: "UserAssigned", userAssignedIdentities: ["/a"] },
    agentPoolProfiles: [{ name: "a" }],
  });
  expect(outputs.oidcIssuerProfile).toEqual({ enabled: true, issuerURL: unknown });
  expect(outputs.identity).toEqual({
    type: "UserAssigned",
    userAssignedIdentities: unknown,
    principalId: unknown,
    tenantId: unknown,
  });
  expect(outputs.agentPoolProfiles).toEqual([expect.objectContaining({ name: "a", nodeImageVersion: unknown })]);
  expect(outputs.networkProfile).toBe(unknown);
});
