import * as pulumi from "@pulumi/pulumi";
import {
  getUserAssignedIdentity,
  type GetUserAssignedIdentityArgs,
  UserAssignedIdentity,
} from "@pulumi/azure-native/managedidentity/index.js";
import { defaultGrantSeconds, onceGranted } from "./azure/freshGrants.ts";
import { grant, roles } from "./azure/builtInRoles.ts";
import { unchanging } from "./azure/unchanging.ts";

/** A user-assigned identity, by its three ids. They are easy to confuse. */
export interface Identity {
  /** Resource id: a cluster refers to the identity by it. */
  id: pulumi.Output<string>;
  /** Object id of the service principal (`principalId`): role assignments refer to the identity by it. */
  objectId: pulumi.Output<string>;
  /** Application id: a process names it when it requests a token. */
  clientId: pulumi.Output<string>;
}

/** An identity, and the Entra tenant that it is in. */
export interface IdentityInTenant extends Identity {
  /** Id of the tenant. */
  tenantId: pulumi.Output<string>;
}

export interface IdentitiesArgs {
  /** Resource group to create the identities in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /** Azure tags of both identities. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Seconds to wait after granting the control plane its role on the kubelet identity, before a cluster gets that
   * identity.
   * @default 90
   */
  grantSeconds?: number;
}

/**
 * The two identities of a cluster. They are created before the cluster, so that their roles are in place when the first
 * node starts.
 *
 * - The *control plane* identity manages Azure resources for the cluster.
 * - The *kubelet* identity pulls images. If AKS creates it, it exists only once the cluster is ready, so the first pull
 *   happens before the grant on the registry. An identity created here gets its grant first.
 *
 * The control plane gets Managed Identity Operator on the kubelet identity. Without this role, AKS refuses a kubelet
 * identity that it has not created.
 * https://learn.microsoft.com/azure/aks/use-managed-identity#use-a-pre-created-kubelet-managed-identity
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new Identities("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:managedidentity:UserAssignedIdentity" ? { props: { ...props, isolationScope: "Regional" }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class Identities extends pulumi.ComponentResource {
  /** Identity that manages Azure resources for the cluster. */
  readonly controlPlane: Identity;
  /** Identity that the nodes use to pull images. */
  readonly kubelet: Identity;

  constructor(name: string, args: IdentitiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:azure:Identities", name, {}, opts);
    const shared = { resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags };
    const identity = (role: string) =>
      idsOf(new UserAssignedIdentity(`${name}-${role}`, shared, { parent: this }), shared.resourceGroupName, this);
    this.controlPlane = identity("control-plane");
    const kubelet = identity("kubelet");
    const operate = grant(
      `${name}-operate-kubelet`,
      { scope: kubelet.id, principalId: this.controlPlane.objectId, role: roles.managedIdentityOperator },
      { parent: this },
    );
    this.kubelet = { ...kubelet, id: onceGranted(kubelet.id, [operate], args.grantSeconds ?? defaultGrantSeconds) };
    this.registerOutputs({ controlPlane: this.controlPlane, kubelet: this.kubelet });
  }
}

/** Returns the ids of an identity, and of its tenant. They stay the same as long as the identity exists. */
export function idsOf(
  identity: UserAssignedIdentity,
  resourceGroupName: pulumi.Input<string>,
  parent: pulumi.Resource | undefined,
): IdentityInTenant {
  const ids = unchanging(
    pulumi
      .all([identity.principalId, identity.clientId, identity.tenantId])
      .apply(([principalId, clientId, tenantId]) => ({ principalId, clientId, tenantId })),
    { resourceGroupName, resourceName: identity.name },
    (query: GetUserAssignedIdentityArgs) => getUserAssignedIdentity(query, { parent }),
  );
  return { id: identity.id, objectId: ids.principalId, clientId: ids.clientId, tenantId: ids.tenantId };
}
