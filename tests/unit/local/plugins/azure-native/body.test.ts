import fc from "fast-check";

import { requestBody, responseOutputs, settableOutputs } from "../../../../../local/plugins/azure-native/body.ts";
import { roleAssignment } from "../../../../../local/plugins/azure-native/types/authorizationTypes.ts";
import { registry } from "../../../../../local/plugins/azure-native/types/containerRegistryTypes.ts";
import { managedCluster } from "../../../../../local/plugins/azure-native/types/containerServiceTypes.ts";
import { subnet, virtualNetwork } from "../../../../../local/plugins/azure-native/types/networkTypes.ts";
import { genericResource, resourceGroup } from "../../../../../local/plugins/azure-native/types/resourceGroupTypes.ts";
import { bodyInputs } from "../../../../../local/plugins/azure-native/types/describeType.ts";
import type { ResourceType } from "../../../../../local/plugins/azure-native/types/describeType.ts";
import { servedTypes } from "../../../../../local/plugins/azure-native/types/servedTypes.ts";
import type { Properties } from "../../../../../local/plugins/rpc/wireValues.ts";

describe("requestBody", () => {
  it("keeps a resource group flat", () => {
    const inputs = { resourceGroupName: "rg", location: "westeurope", tags: { a: "1" }, azureApiVersion: "x" };
    expect(requestBody(resourceGroup, inputs)).toEqual({ location: "westeurope", tags: { a: "1" } });
  });

  it("puts everything of a role assignment below properties, and its scope nowhere", () => {
    const inputs = { scope: "/subscriptions/s", roleAssignmentName: "g", principalId: "p", roleDefinitionId: "r" };
    expect(requestBody(roleAssignment, inputs)).toEqual({ properties: { principalId: "p", roleDefinitionId: "r" } });
  });

  it("sends properties even if they are empty, because the service requires them", () => {
    expect(requestBody(managedCluster, { location: "x" })).toEqual({ location: "x", properties: {} });
  });

  it("turns a cluster's list of identities into an object", () => {
    const inputs = { identity: { type: "UserAssigned", userAssignedIdentities: ["/a", "/b"] } };
    expect(requestBody(managedCluster, inputs)).toEqual({
      identity: { type: "UserAssigned", userAssignedIdentities: { "/a": {}, "/b": {} } },
      properties: {},
    });
  });

  it("renames a registry's address ranges to the service's name, and back", () => {
    const inputs = { networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "203.0.113.0/24" }] } };
    const body = { properties: { networkRuleSet: { defaultAction: "Deny", ipRules: [{ value: "203.0.113.0/24" }] } } };
    expect(requestBody(registry, inputs)).toEqual(body);
    expect(responseOutputs(registry, body)).toEqual(inputs);
  });

  it("sends a resource of any type as it is, without the version and the names in its path", () => {
    const inputs = { apiVersion: "2025-11-01", resourceType: "ys", location: "x", properties: { a: { b: 1 } } };
    expect(requestBody(genericResource, inputs)).toEqual({ location: "x", properties: { a: { b: 1 } } });
  });

  it("nests what Microsoft.Network nests, down to delegations", () => {
    const delegations = [{ name: "d", serviceName: "Microsoft.ContainerService/managedClusters" }];
    const subnets = [{ name: "pods", addressPrefix: "10.0.0.0/24", delegations }];
    const nestedDelegations = [
      { name: "d", properties: { serviceName: "Microsoft.ContainerService/managedClusters" } },
    ];
    expect(requestBody(virtualNetwork, { location: "x", subnets })).toEqual({
      location: "x",
      properties: {
        subnets: [{ name: "pods", properties: { addressPrefix: "10.0.0.0/24", delegations: nestedDelegations } }],
      },
    });
    expect(requestBody(subnet, { delegations })).toEqual({ properties: { delegations: nestedDelegations } });
  });
});

describe("responseOutputs", () => {
  it("has the id and what the type names, and drops null and the rest", () => {
    const body = {
      id: "/c",
      name: "c",
      location: "westeurope",
      unheardOf: true,
      tags: null,
      identity: { type: "UserAssigned", userAssignedIdentities: { "/a": { clientId: "1", principalId: "2" } } },
      properties: { fqdn: "f", dnsPrefix: "d", brandNew: 1 },
    };
    expect(responseOutputs(managedCluster, body)).toEqual({
      id: "/c",
      name: "c",
      location: "westeurope",
      identity: body.identity,
      fqdn: "f",
      dnsPrefix: "d",
    });
  });

  it("leaves a resource group's properties where they are", () => {
    const properties = { provisioningState: "Succeeded" };
    expect(responseOutputs(resourceGroup, { properties })).toEqual({ properties });
  });
});

describe("settableOutputs", () => {
  it("leaves out what only the service sets and turns identities back into a list", () => {
    const outputs = {
      fqdn: "f",
      identity: { type: "UserAssigned", principalId: "p", userAssignedIdentities: { "/b": {}, "/a": {} } },
      agentPoolProfiles: [{ name: "system", count: 3, nodeImageVersion: "AKSUbuntu" }],
    };
    expect(settableOutputs(managedCluster, outputs)).toEqual({
      identity: { type: "UserAssigned", userAssignedIdentities: ["/a", "/b"] },
      agentPoolProfiles: [{ name: "system", count: 3 }],
    });
  });
});

describe("there and back", () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const key = fc.string({ minLength: 1 }).filter((name) => name !== "properties" && name !== "__proto__");
  const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(key, leaf), fc.array(fc.dictionary(key, leaf)));

  it.each(servedTypes.map((type): [string, ResourceType] => [type.token, type]))("%s", (_token, type) => {
    const inputs = fc.record(Object.fromEntries(bodyInputs(type).map((name) => [name, value])), { requiredKeys: [] });
    fc.assert(
      fc.property(inputs, (given) => {
        const wanted = given as Properties;
        expect(settableOutputs(type, responseOutputs(type, requestBody(type, wanted)))).toEqual(
          settableOutputs(type, wanted),
        );
      }),
      { numRuns: 50 },
    );
  });
});
