import * as pulumi from "@pulumi/pulumi";
import { getClientTokenOutput } from "@pulumi/azure-native/authorization/index.js";
import { decodeJwt } from "jose";
import { grant, roles, type PrincipalType } from "./roles.ts";

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
 */
export class ClusterAccess extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:azure:ClusterAccess", name, {}, opts);
    const right = { scope: args.resourceGroupId, role: roles.aksRbacClusterAdmin };
    const admins = Object.entries(args.admins ?? {});
    for (const [principalId, principalType] of admins) {
      grant(`${name}-${principalId}`, { ...right, principalId, principalType }, { parent: this });
    }
    if (admins.length === 0) {
      const deployer = getClientTokenOutput({}, { parent: this }).apply(({ token }) => deployerOf(token));
      grant(
        `${name}-deployer`,
        { ...right, principalId: deployer.principalId, principalType: deployer.principalType },
        // The next `up` may be run by somebody else, which must not take the right from the first.
        { parent: this, ignoreChanges: ["principalId", "principalType", "roleAssignmentName"] },
      );
    }
    this.registerOutputs({});
  }
}

/**
 * Whom an access token of Entra was issued to. Only a person's token has scopes (`scp`): that tells a person from an
 * application. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * @throws Error when the token names nobody
 */
export function deployerOf(token: string): { principalId: string; principalType: PrincipalType } {
  const { oid, scp } = decodeJwt(token);
  if (typeof oid !== "string") {
    throw new Error(
      "the Azure token of this deployment names no object id: list the cluster's administrators in tarmac:clusterAdmins",
    );
  }
  return { principalId: oid, principalType: scp === undefined ? "ServicePrincipal" : "User" };
}
