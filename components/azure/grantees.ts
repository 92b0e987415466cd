/** Grants a role to named users, groups and CI identities, or to the deployer. */
import type * as pulumi from "@pulumi/pulumi";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/index.js";
import { getClientTokenOutput } from "@pulumi/azure-native/authorization/index.js";
import { decodeJwt } from "jose";
import { grant, type GrantArgs, type PrincipalType } from "./builtInRoles.ts";

/**
 * @param name prefix of the grants' names
 * @param principals principal types by object id; if empty, the identity that runs the first `pulumi up`
 */
export function grantToEach(
  name: string,
  right: Pick<GrantArgs, "scope" | "role">,
  principals: Record<string, PrincipalType>,
  opts: pulumi.CustomResourceOptions & { parent: pulumi.Resource },
): RoleAssignment[] {
  const named = Object.entries(principals);
  if (named.length > 0) {
    return named.map(([principalId, principalType]) =>
      grant(`${name}-${principalId}`, { ...right, principalId, principalType }, opts),
    );
  }
  const deployer = getClientTokenOutput({}, { parent: opts.parent }).apply(({ token }) => deployerOf(token));
  return [
    grant(
      `${name}-deployer`,
      { ...right, principalId: deployer.principalId, principalType: deployer.principalType },
      // Another identity may run the next `up`. It must not take the role away from the first one.
      { ...opts, ignoreChanges: ["principalId", "principalType", "roleAssignmentName"] },
    ),
  ];
}

/**
 * Returns the principal of an Entra access token. Only a user's token has scopes (`scp`), which distinguishes a user
 * from an application. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * @throws Error when the token has no object id
 */
export function deployerOf(token: string): { principalId: string; principalType: PrincipalType } {
  const { oid, scp } = decodeJwt(token);
  if (typeof oid !== "string") {
    throw new Error(
      "the Azure token of this deployment has no object id: set tarmac:clusterAdmins and tarmac:registryPushers",
    );
  }
  return { principalId: oid, principalType: scp === undefined ? "ServicePrincipal" : "User" };
}
