/**
 * `Microsoft.Monitor/accounts`: Azure Monitor workspaces, where Prometheus metrics are kept. As in Azure, each has a resource group of its own
 * with an endpoint and a rule, which are deleted with it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { ArmError } from "../armErrors.ts";
import { asObject, givenOnly } from "../jsonValues.ts";
import { resourceGroupId } from "../resourcePath.ts";
import { resourceGroupType } from "./resourceGroup.ts";
import type { ResourceType } from "./resourceType.ts";

export const monitorWorkspaceType = "Microsoft.Monitor/accounts";

export const monitorWorkspace: ResourceType = {
  type: monitorWorkspaceType,
  apiVersions: ["2021-06-03-preview", "2023-04-03", "2023-10-01-preview", "2024-04-03-preview", "2025-05-03-preview"],
  tracked: true,
  checkName: (name) =>
    /^(?!-)[a-z0-9-]{3,63}(?<!-)$/i.test(name)
      ? undefined
      : new ArmError(400, "InvalidResourceName", `The Azure Monitor workspace name '${name}' is invalid.`),
  put: ({ name, body, existing, location, cloud }) => {
    const group = resourceGroupId(cloud.deployer.subscriptionId, managedGroup(name, location));
    const insights = `${group}/providers/Microsoft.Insights`;
    const queries = `https://${name.toLowerCase()}-${randomBytes(2).toString("hex")}.${location}.prometheus.monitor.azure.com`;
    return {
      resource: {
        location,
        properties: {
          accountId: randomUUID(),
          metrics: { prometheusQueryEndpoint: queries, internalId: `mac_${randomUUID()}` },
          publicNetworkAccess: "Enabled",
          defaultIngestionSettings: {
            dataCollectionEndpointResourceId: `${insights}/dataCollectionEndpoints/${name}`,
            dataCollectionRuleResourceId: `${insights}/dataCollectionRules/${name}`,
          },
          ...existing?.resource.properties,
          ...givenOnly(asObject(body.properties) ?? {}),
        },
      },
    };
  },
  provision: (cloud, { resource: { id, name, location = "" } }) => {
    const group = managedGroup(name, location);
    cloud.inventory.put({
      id: resourceGroupId(cloud.deployer.subscriptionId, group),
      name: group,
      type: resourceGroupType,
      location,
      tags: {},
      managedBy: id,
      properties: { provisioningState: "Succeeded" },
    });
    return Promise.resolve();
  },
};

const managedGroup = (name: string, location: string) => `MA_${name}_${location}_managed`;
