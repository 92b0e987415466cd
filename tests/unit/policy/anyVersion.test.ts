/** Finds the actual type of a generic resource of any API version. */
import * as containerregistry from "@pulumi/azure-native/containerregistry/registry.js";
import { ownType } from "../../../policy/azure/anyVersion.ts";

const anyVersion = "azure-native:resources:Resource";
const inputs = (resourceProviderNamespace: unknown, resourceType: unknown, parentResourcePath?: unknown) => ({
  ...{ resourceProviderNamespace, resourceType },
  ...(parentResourcePath === undefined ? {} : { parentResourcePath }),
});
const registry = inputs("Microsoft.ContainerRegistry", "registries", "");

test.each([
  ["azure-native:containerregistry:Registry", anyVersion, registry],
  ["azure-native:containerregistry:Registry", "azure-native:resources/v20240301:Resource", registry],
  ["azure-native:containerservice:ManagedCluster", anyVersion, inputs("microsoft.containerService", "managedclusters")],
  [
    "azure-native:containerregistry:Registry",
    "azure-native:containerregistry/v20251101:Registry",
    { roleAssignmentMode: "AbacRepositoryPermissions" },
  ],
])("%s becomes %s", (own, type, given) => {
  expect(ownType(type, given)).toBe(own);
});

test.each([
  ["a child", anyVersion, inputs("Microsoft.ContainerRegistry", "registries", "registries/shop")],
  ["an unrelated value", anyVersion, inputs("Microsoft.Web", "staticSites")],
  ["an unknown value", anyVersion, inputs(Symbol("not known"), "registries")],
  ["no known value", anyVersion, undefined],
  ["another type", "azure-native:resources:ResourceGroup", registry],
])("stays the same: %s", (_, type, given) => {
  expect(ownType(type, given)).toBe(type);
});

test("the names are the SDK's", () => {
  expect(containerregistry.Registry.isInstance({ __pulumiType: ownType(anyVersion, registry) })).toBe(true);
});
