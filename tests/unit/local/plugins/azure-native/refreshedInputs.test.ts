import { importedInputs, refreshedInputs } from "../../../../../local/plugins/azure-native/refreshedInputs.ts";
import { registry } from "../../../../../local/plugins/azure-native/types/containerRegistryTypes.ts";
import { managedCluster } from "../../../../../local/plugins/azure-native/types/containerServiceTypes.ts";
import { virtualNetwork } from "../../../../../local/plugins/azure-native/types/networkTypes.ts";
import { Secret } from "../../../../../local/plugins/rpc/wireValues.ts";

describe("refreshedInputs", () => {
  const outputs = {
    id: "/r",
    location: "westeurope",
    sku: { name: "Basic", tier: "Basic" },
    tags: { a: "1" },
    policies: { retentionPolicy: { days: 7, lastUpdatedTime: "monday" } },
    loginServer: "a",
  };
  const inputs = { registryName: "r", location: "West Europe", sku: { name: "Basic" }, tags: { a: "1" } };

  it("does not change inputs if nothing changed, whatever the service's spelling", () => {
    expect(refreshedInputs(registry, inputs, outputs, outputs)).toEqual(inputs);
  });

  it("applies what was changed, added or removed", () => {
    const live = { ...outputs, sku: { name: "Premium", tier: "Premium" }, tags: { b: "2" } };
    expect(refreshedInputs(registry, inputs, outputs, live)).toEqual({
      ...inputs,
      sku: { name: "Premium" },
      tags: { b: "2" },
    });
  });

  it("applies tags if the program sets none", () => {
    const untagged = { registryName: "r", location: "West Europe", sku: { name: "Basic" } };
    expect(refreshedInputs(registry, untagged, { ...outputs, tags: {} }, outputs)).toEqual(inputs);
  });

  it("ignores what only the service sets", () => {
    const live = {
      ...outputs,
      loginServer: "b",
      policies: { retentionPolicy: { days: 7, lastUpdatedTime: "tuesday" } },
    };
    expect(refreshedInputs(registry, inputs, outputs, live)).toEqual(inputs);
  });

  it("applies a changed part of a pool to the part that the program sets", () => {
    const before = { agentPoolProfiles: [{ name: "a", count: 1, maxPods: 110, nodeImageVersion: "1" }] };
    const after = { agentPoolProfiles: [{ name: "a", count: 5, maxPods: 110, nodeImageVersion: "2" }] };
    const named = { agentPoolProfiles: [{ name: "a", count: 1 }] };
    expect(refreshedInputs(managedCluster, named, before, after)).toEqual({
      agentPoolProfiles: [{ name: "a", count: 5 }],
    });
  });

  it("applies a changed set of identities as a list", () => {
    const set = (...ids: string[]) => ({
      identity: { type: "UserAssigned", userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) },
    });
    const named = { identity: { type: "UserAssigned", userAssignedIdentities: ["/a"] } };
    expect(refreshedInputs(managedCluster, named, set("/a"), set("/a", "/b"))).toEqual({
      identity: { type: "UserAssigned", userAssignedIdentities: ["/a", "/b"] },
    });
  });

  it("ignores subnets that are separate resources", () => {
    const now = { subnets: [{ name: "pods" }], tags: { a: "1" } };
    expect(refreshedInputs(virtualNetwork, { tags: {} }, { tags: {} }, now)).toEqual({ tags: { a: "1" } });
  });

  it("keeps what is secret secret", () => {
    const secret = { tags: new Secret({ a: "1" }) };
    const state = { tags: new Secret({ a: "1" }) };
    expect(refreshedInputs(registry, secret, state, { tags: { a: "2" } })).toEqual({ tags: new Secret({ a: "2" }) });
  });
});

describe("importedInputs", () => {
  it("has the names and what can be set and is not empty", () => {
    const outputs = {
      id: "/r",
      location: "westeurope",
      loginServer: "x",
      sku: { name: "Basic", tier: "Basic" },
      adminUserEnabled: false,
      tags: {},
      networkRuleSet: { ipRules: [] },
    };
    expect(importedInputs(registry, { resourceGroupName: "rg", registryName: "r" }, outputs)).toEqual({
      resourceGroupName: "rg",
      registryName: "r",
      location: "westeurope",
      sku: { name: "Basic" },
      adminUserEnabled: false,
    });
  });
});
