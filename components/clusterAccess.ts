import * as pulumi from "@pulumi/pulumi";
import { getClientConfigOutput } from "@pulumi/azure-native/authorization/index.js";
import { grant, roles } from "./roles.ts";

export interface ClusterAccessArgs {
  /** Resource id of the resource group that will hold the cluster. */
  resourceGroupId: pulumi.Input<string>;
  /**
   * Object ids of the people, groups and CI identities that administer the cluster.
   * @default whoever runs the first `pulumi up`
   */
  adminObjectIds?: string[];
}

/**
 * Who may administer the cluster through Entra. Granted on the resource group, before the cluster is there, so that the
 * right has propagated by the time the cluster answers.
 */
export class ClusterAccess extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:azure:ClusterAccess", name, {}, opts);
    const common = {
      scope: args.resourceGroupId,
      role: roles.aksRbacClusterAdmin,
      // People, groups and CI identities alike, all long known to Entra: it finds out for itself which.
      principalType: "Any" as const,
    };
    const admins = args.adminObjectIds ?? [];
    for (const principalId of admins) grant(`${name}-${principalId}`, { ...common, principalId }, { parent: this });
    if (admins.length === 0) {
      grant(
        `${name}-deployer`,
        { ...common, principalId: getClientConfigOutput({ parent: this }).objectId },
        // The next `up` may be run by somebody else, which must not take the right from the first.
        { parent: this, ignoreChanges: ["principalId", "roleAssignmentName"] },
      );
    }
    this.registerOutputs({});
  }
}
