/** A right for people and CI identities that are named, or for whoever deploys. */
import type * as pulumi from "@pulumi/pulumi";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/index.js";
import { getClientTokenOutput } from "@pulumi/azure-native/authorization/index.js";
import { decodeJwt } from "jose";
import { grant, type GrantArgs, type PrincipalType } from "./builtInRoles.ts";

/**
 * @param name what the grants' names begin with
 * @param principals their type by their object id; when there are none, whoever runs the first `pulumi up`
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
      // The next `up` may be run by somebody else, which must not take the right from the first.
      { ...opts, ignoreChanges: ["principalId", "principalType", "roleAssignmentName"] },
    ),
  ];
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
      "the Azure token of this deployment has no object id: set tarmac:clusterAdmins and tarmac:registryPushers",
    );
  }
  return { principalId: oid, principalType: scp === undefined ? "ServicePrincipal" : "User" };
}
