import * as pulumi from "@pulumi/pulumi";
import { grantToEach } from "./azure/grantees.ts";
import { roles, type PrincipalType } from "./azure/builtInRoles.ts";

export interface ClusterAccessArgs {
  /** Resource id of the resource group that will hold the cluster. */
  resourceGroupId: pulumi.Input<string>;
  /**
   * The people, groups and CI identities that administer the cluster: their type by their object id.
   * @default whoever runs the first `pulumi up`
   */
  admins?: Record<string, PrincipalType>;
}

/**
 * Who may administer the cluster through Entra. Granted on the resource group, before the cluster is there, so that the
 * right has propagated by the time the cluster answers.
 *
 * `transforms` change properties of its resources that no argument covers.
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
