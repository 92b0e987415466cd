import * as pulumi from "@pulumi/pulumi";
import { grantToEach } from "./azure/grantees.ts";
import { roles, type PrincipalType } from "./azure/builtInRoles.ts";

export interface ClusterAccessArgs {
  /**
   * Resource id of the cluster's resource group. The role is granted on the group, so the cluster need not exist yet.
   */
  resourceGroupId: pulumi.Input<string>;
  /**
   * Principals that administer the cluster: the type ("User", "Group" or "ServicePrincipal") by object id.
   * @default the identity that runs the first `pulumi up`
   * @example { "0f8fad5b-d9cb-469f-a165-70867728950e": "Group" }
   */
  admins?: Record<string, PrincipalType>;
}

/**
 * Grants cluster administration through Entra. The grants are on the resource group and come before the cluster, so
 * that they have propagated by the time the cluster answers.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new ClusterAccess("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:authorization:RoleAssignment" ? { props: { ...props, description: "on call" }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class ClusterAccess extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:azure:ClusterAccess", name, {}, opts);
    const right = { scope: args.resourceGroupId, role: roles.aksRbacClusterAdmin };
    grantToEach(name, right, args.admins ?? {}, { parent: this });
    this.registerOutputs({});
  }
}
