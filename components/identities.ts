import * as pulumi from "@pulumi/pulumi";
import {
  getUserAssignedIdentity,
  type GetUserAssignedIdentityArgs,
  UserAssignedIdentity,
} from "@pulumi/azure-native/managedidentity/index.js";
import { defaultGrantSeconds, onceGranted } from "./azure/freshGrants.ts";
import { grant, roles } from "./azure/builtInRoles.ts";
import { unchanging } from "./azure/unchanging.ts";

/** One user-assigned identity, by its three ids, which are easily mistaken for each other. */
export interface Identity {
  /** Resource id: what a cluster is told to use. */
  id: pulumi.Output<string>;
  /** Object id of the service principal (`principalId`): what roles are assigned to. */
  objectId: pulumi.Output<string>;
  /** Application id: what a process names when it asks for a token. */
  clientId: pulumi.Output<string>;
}

export interface IdentitiesArgs {
  /** Resource group that holds the identities. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. "westeurope". @default the resource group's */
  location?: pulumi.Input<string>;
  /** Azure tags of both identities. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** How old the control plane's right on the kubelet identity is, in seconds, before a cluster gets that identity. @default 90 */
  grantSeconds?: number;
}

/**
 * The two identities of a cluster, made before the cluster so that their rights can be in place when its first node starts.
 *
 * - The *control plane* identity manages Azure resources for the cluster.
 * - The *kubelet* identity pulls images. A cluster that makes its own has one only after it stands, so the grant on the
 *   registry comes after the first pull; one made here is granted first.
 *
 * The control plane gets Managed Identity Operator on the kubelet identity: without it AKS refuses to use a kubelet
 * identity that it has not made itself.
 * https://learn.microsoft.com/azure/aks/use-managed-identity#use-a-pre-created-kubelet-managed-identity
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Identity that the nodes pull images with. */
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

/** The ids of an identity: its principal and its client are the same for as long as it exists. */
export function idsOf(
  identity: UserAssignedIdentity,
  resourceGroupName: pulumi.Input<string>,
  parent: pulumi.Resource,
): Identity {
  const ids = unchanging(
    pulumi
      .all([identity.principalId, identity.clientId])
      .apply(([principalId, clientId]) => ({ principalId, clientId })),
    { resourceGroupName, resourceName: identity.name },
    (query: GetUserAssignedIdentityArgs) => getUserAssignedIdentity(query, { parent }),
  );
  return { id: identity.id, objectId: ids.principalId, clientId: ids.clientId };
}
