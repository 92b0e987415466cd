/**
 * Azure's built-in roles that tarmac assigns, and the function that assigns them.
 *
 * Ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
import * as pulumi from "@pulumi/pulumi";
import { RoleAssignment } from "@pulumi/azure-native/authorization/index.js";
import { v5 as uuidV5 } from "uuid";

/** Role definition ids (the GUID part), the same in every tenant. */
export const roles = {
  /** Pull from a registry in classic mode ("RBAC Registry Permissions"). Ignored by registries in ABAC mode. */
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  /** Pull from a registry in ABAC mode ("RBAC Registry + ABAC Repository Permissions"). */
  containerRegistryRepositoryReader: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
  /** Push to a registry in ABAC mode, where AcrPush and even Owner have no effect. */
  containerRegistryRepositoryWriter: "2a1e307c-b015-4ebd-883e-5b7698a07328",
  /** Assign a user-assigned identity. The control plane needs this to give the nodes their kubelet identity. */
  managedIdentityOperator: "f1a07417-d97a-45cb-824c-7a7467783830",
  /** Place nodes and load balancers in a subnet. The control plane needs this on a subnet that AKS has not created. */
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  /** Register a private cluster's name in a zone that AKS has not created. */
  privateDnsZoneContributor: "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
  /** Everything inside a cluster that uses Azure RBAC for Kubernetes. */
  aksRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
} as const;

/** The UUID namespace of tarmac's assignment names. Any fixed GUID works, as long as it never changes. */
const assignmentNamespace = "6f0f7c2e-6f2c-4b57-9f6e-0d4bb1a4b1c5";

/**
 * Returns the name of a role assignment: a GUID derived from scope, principal and role.
 *
 * With a random name, re-creating a grant would create a second assignment of the same right, which Azure refuses
 * (RoleAssignmentExists). A constant name would be reused for another principal (RoleAssignmentUpdateNotPermitted). The
 * name ignores the case of resource ids, because Azure returns them in varying case.
 */
export function roleAssignmentName(scope: string, principalId: string, roleDefinitionId: string): string {
  return derivedGuid(scope, principalId, roleDefinitionId);
}

/** Returns a GUID that is always the same for the same parts, whatever their case. */
export const derivedGuid = (...parts: string[]): string => uuidV5(parts.join("|").toLowerCase(), assignmentNamespace);

/**
 * Returns the full id of a built-in role, in the subscription of the scope: a registry and a cluster may be in
 * different subscriptions.
 */
export function roleDefinitionIdFor(scope: string, role: string): string {
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(scope)?.[1];
  if (subscription === undefined) {
    throw new Error(`scope "${scope}" is not a resource id: use one that starts with /subscriptions/ID`);
  }
  return `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}

export const principalTypes = ["User", "Group", "ServicePrincipal"] as const;
export type PrincipalType = (typeof principalTypes)[number];

/** A role assignment: who gets which role, on which scope. */
export interface GrantArgs {
  /** Resource id of the registry, identity, resource group or other resource to grant the role on. */
  scope: pulumi.Input<string>;
  /** Object id (principal id) of the identity. It is neither the client id nor the resource id. */
  principalId: pulumi.Input<string>;
  /** Role definition id (the GUID part), such as one of {@link roles}. */
  role: pulumi.Input<string>;
  /**
   * Type of the principal. It is always sent: without it, Azure assumes a user, or looks up a new identity in an Entra
   * replica that does not have it yet (PrincipalNotFound).
   * @default "ServicePrincipal", which managed identities are too
   */
  principalType?: pulumi.Input<PrincipalType>;
  /** Condition that narrows the role, in version 2.0 of Azure's condition language. @default the whole role */
  condition?: string;
}

/** Assigns a built-in role. */
export function grant(name: string, args: GrantArgs, opts: pulumi.CustomResourceOptions): RoleAssignment {
  const wanted = pulumi.output({ scope: args.scope, principalId: args.principalId, role: args.role });
  return new RoleAssignment(
    name,
    {
      scope: args.scope,
      principalId: args.principalId,
      principalType: args.principalType ?? "ServicePrincipal",
      roleAssignmentName: wanted.apply(({ scope, principalId, role }) => roleAssignmentName(scope, principalId, role)),
      roleDefinitionId: wanted.apply(({ scope, role }) => roleDefinitionIdFor(scope, role)),
      ...(args.condition !== undefined && { condition: args.condition, conditionVersion: "2.0" }),
    },
    opts,
  );
}
