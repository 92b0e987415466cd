import { resourceDiff } from "../../../../../local/plugins/azure-native/resourceDiff.ts";
import { roleAssignment } from "../../../../../local/plugins/azure-native/types/authorizationTypes.ts";
import { registry } from "../../../../../local/plugins/azure-native/types/containerRegistryTypes.ts";
import { agentPool, managedCluster } from "../../../../../local/plugins/azure-native/types/containerServiceTypes.ts";
import { resourceGroup } from "../../../../../local/plugins/azure-native/types/resourceGroupTypes.ts";
import type { ResourceType } from "../../../../../local/plugins/azure-native/types/describeType.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/wireValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/wireValues.ts";

const change = (type: ResourceType, oldInputs: Properties, news: Properties, olds: Properties = {}) =>
  resourceDiff(type, { oldInputs, news, olds });

/** Changed paths, those that need a replacement marked by "!". */
const paths = (type: ResourceType, oldInputs: Properties, news: Properties, olds: Properties = {}) =>
  Object.entries(change(type, oldInputs, news, olds).changes)
    .map(([path, { replace }]) => (replace === true ? `!${path}` : path))
    .sort();

it("ignores differences of spelling", () => {
  const old = { location: "West Europe", resourceGroupName: "RG", sku: { name: "Basic", tier: "Paid" } };
  const now = { location: "westeurope", resourceGroupName: "rg", sku: { name: "Base", tier: "Standard" } };
  expect(change(managedCluster, old, now).changes).toEqual({});
});

it("ignores its own flags and null", () => {
  const old = { resourceGroupName: "a", __createBeforeDelete: true, tags: { a: "1", gone: null } };
  expect(change(resourceGroup, old, { resourceGroupName: "a", tags: { a: "1" }, managedBy: null }).changes).toEqual({});
});

it("compares secrets by their values", () => {
  expect(paths(resourceGroup, { tags: new Secret({ a: "1" }) }, { tags: { a: "1" } })).toEqual([]);
  expect(paths(resourceGroup, { tags: new Secret({ a: "1" }) }, { tags: { a: "2" } })).toEqual(["tags.a"]);
});

it.each<[string, ResourceType, Properties, Properties, string[]]>([
  ["tags in place", registry, { tags: { a: "1" } }, { tags: { a: "2", b: "3" } }, ["tags.a", "tags.b"]],
  ["a location", resourceGroup, { location: "westeurope" }, { location: "northeurope" }, ["!location"]],
  ["a name", registry, { registryName: "aaaaa" }, { registryName: "bbbbb" }, ["!registryName"]],
  ["a registry's sku in place", registry, { sku: { name: "Basic" } }, { sku: { name: "Premium" } }, ["sku.name"]],
  ["a grant's principal", roleAssignment, { principalId: "a" }, { principalId: "b" }, ["!principalId"]],
  ["a grant's scope", roleAssignment, { scope: "/a" }, { scope: "/b" }, ["!scope"]],
  [
    "a grant's role as an update",
    roleAssignment,
    { roleDefinitionId: "a" },
    { roleDefinitionId: "b" },
    ["roleDefinitionId"],
  ],
  ["an unknown value", roleAssignment, { principalId: "a" }, { principalId: unknown }, ["!principalId"]],
  ["the DNS prefix", managedCluster, { dnsPrefix: "a" }, { dnsPrefix: "b" }, ["!dnsPrefix"]],
  [
    "a part of the Linux profile",
    managedCluster,
    { linuxProfile: { ssh: { publicKeys: [{ keyData: "a" }] } } },
    { linuxProfile: { ssh: { publicKeys: [{ keyData: "b" }] } } },
    ["!linuxProfile.ssh.publicKeys[0].keyData"],
  ],
  [
    "only the immutable parts of the network profile",
    managedCluster,
    { networkProfile: { networkPlugin: "azure", loadBalancerSku: "basic" } },
    { networkProfile: { networkPlugin: "none", loadBalancerSku: "standard", podCidr: "10.0.0.0/16" } },
    ["!networkProfile.networkPlugin", "!networkProfile.podCidr", "networkProfile.loadBalancerSku"],
  ],
  [
    "an inline pool in place",
    managedCluster,
    { agentPoolProfiles: [{ name: "a", count: 1, vmSize: "x" }] },
    { agentPoolProfiles: [{ name: "a", count: 2, vmSize: "y" }] },
    ["agentPoolProfiles[0].count", "agentPoolProfiles[0].vmSize"],
  ],
  ["a pool's machine size", agentPool, { vmSize: "x", count: 1 }, { vmSize: "y", count: 2 }, ["!vmSize", "count"]],
  [
    "the kubernetes version in place",
    managedCluster,
    { kubernetesVersion: "1.33" },
    { kubernetesVersion: "1.34" },
    ["kubernetesVersion"],
  ],
])("shows %s", (_what, type, old, now, expected) => {
  expect(paths(type, old, now)).toEqual(expected);
});

it("does not replace a resource when the program sets the value that the service had chosen", () => {
  const state = { nodeResourceGroup: "MC_a" };
  expect(paths(managedCluster, {}, { nodeResourceGroup: "MC_a" }, state)).toEqual(["nodeResourceGroup"]);
  expect(paths(managedCluster, {}, { nodeResourceGroup: "MC_b" }, state)).toEqual(["!nodeResourceGroup"]);
});

it("takes the version of an imported resource from its state", () => {
  const state = { azureApiVersion: "2024-03-01" };
  expect(change(resourceGroup, {}, { azureApiVersion: "2024-03-01" }, state).changes).toEqual({});
  expect(change(resourceGroup, { azureApiVersion: "2024-03-01" }, {}, state).changes).toEqual({});
  expect(paths(resourceGroup, {}, { azureApiVersion: "2025-04-01" }, state)).toEqual(["azureApiVersion"]);
});

it("deletes before it replaces, unless the name has a random part", () => {
  const replaced = (old: Properties) => change(resourceGroup, { location: "a", ...old }, { location: "b" });
  expect(replaced({}).deleteBeforeReplace).toBe(true);
  expect(replaced({ __createBeforeDelete: true }).deleteBeforeReplace).toBe(false);
  expect(change(resourceGroup, { managedBy: "a" }, { managedBy: "b" }).deleteBeforeReplace).toBe(false);
});
