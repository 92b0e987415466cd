/**
 * The version of the system pool, once the cluster exists.
 *
 * The pool stands inside the cluster's own request, and a cluster that says the version of one pool there must say those of all,
 * also of those that are resources of their own (NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged). A resource `AgentPool` of
 * the system pool cannot be created, because the pool exists already. So the upgrade is a deployment of a template that states
 * the pool's version and nothing else: AKS leaves what a request leaves out as it is.
 * https://learn.microsoft.com/azure/aks/upgrade-node-pools#validation-rules-for-upgrades
 */
import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/azure-native/resources/index.js";
import { systemPoolName } from "@tarmac/validate/nodePool";
import { shortened } from "../azure/derivedNames.ts";

/** The api-version of the type `ManagedCluster` in azure-native, which the pool is otherwise changed with. */
const apiVersion = "2025-09-01";

/** @param version a minor or full version that the control plane has already */
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
      // Azure takes 64 characters.
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
