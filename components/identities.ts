import * as pulumi from "@pulumi/pulumi";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/index.js";
import { grant, roles } from "./roles.ts";

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
  /** Azure region, e.g. "westeurope". Default: the resource group's. */
  location?: pulumi.Input<string>;
  /** Azure tags of both identities. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
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
 */
export class Identities extends pulumi.ComponentResource {
  readonly controlPlane: Identity;
  readonly kubelet: Identity;

  constructor(name: string, args: IdentitiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:azure:Identities", name, {}, opts);
    const shared = { resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags };
    const controlPlane = new UserAssignedIdentity(`${name}-control-plane`, shared, { parent: this });
    const kubelet = new UserAssignedIdentity(`${name}-kubelet`, shared, { parent: this });
    grant(
      `${name}-operate-kubelet`,
      { scope: kubelet.id, principalId: controlPlane.principalId, role: roles.managedIdentityOperator },
      { parent: this },
    );
    this.controlPlane = { id: controlPlane.id, objectId: controlPlane.principalId, clientId: controlPlane.clientId };
    this.kubelet = { id: kubelet.id, objectId: kubelet.principalId, clientId: kubelet.clientId };
    this.registerOutputs({ controlPlane: this.controlPlane, kubelet: this.kubelet });
  }
}
