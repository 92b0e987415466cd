/**
 * Upgrades the system pool once the cluster exists.
 *
 * The system pool is part of the cluster's request. A request that states the version of one pool must state the
 * versions of all pools, even of those that are separate resources
 * (NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged). An `AgentPool` resource for the system pool cannot be
 * created, because the pool exists already. So the upgrade is a template deployment that states only the pool's
 * version: AKS keeps the current value of omitted properties.
 * https://learn.microsoft.com/azure/aks/upgrade-node-pools#validation-rules-for-upgrades
 */
import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/azure-native/resources/index.js";
import { systemPoolName } from "@tarmac/validate/nodePoolRules";
import { shortened } from "../azure/derivedNames.ts";

/** The api-version of azure-native's `ManagedCluster`, which makes the other changes of the pool. */
const apiVersion = "2025-09-01";

/** @param version a minor or full version that the control plane already runs */
export function systemPoolVersion(
  name: string,
  version: string,
  cluster: {
    resourceGroupName: pulumi.Input<string>;
    resourceName: pulumi.Input<string>;
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  },
  opts: pulumi.CustomResourceOptions,
): Deployment {
  return new Deployment(
    `${name}-system-version`,
    {
      resourceGroupName: cluster.resourceGroupName,
      tags: cluster.tags,
      // Azure allows 64 characters.
      deploymentName: shortened(`${name}-system-version`, 64),
      properties: {
        mode: "Incremental",
        template: {
          $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          contentVersion: "1.0.0.0",
          resources: [
            {
              type: "Microsoft.ContainerService/managedClusters/agentPools",
              apiVersion,
              name: pulumi.interpolate`${cluster.resourceName}/${systemPoolName}`,
              properties: { mode: "System", orchestratorVersion: version },
            },
          ],
        },
      },
    },
    opts,
  );
}
