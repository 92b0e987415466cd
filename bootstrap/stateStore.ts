import * as pulumi from "@pulumi/pulumi";
import { BlobContainer, BlobServiceProperties, StorageAccount } from "@pulumi/azure-native/storage/index.js";
import { lock } from "./deletionLock.ts";

export interface StateStoreArgs {
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. */
  location: pulumi.Input<string>;
  /** Name of the storage account. Default: tarmacstate and a random suffix. */
  accountName?: string | undefined;
  /** Days that deleted and overwritten states can be had back. */
  retentionDays: number;
  /** Refuse to delete it. */
  locked: boolean;
  tags?: Record<string, string>;
}

/**
 * Where Pulumi keeps the state of the stacks: a container of blobs with every version of each, which only Entra opens.
 *
 * Two updates of a stack keep out of each other's way by Pulumi's own lock files in the container. Azure's lock is another
 * thing: it keeps the account from being deleted, whoever asks.
 */
export class StateStore extends pulumi.ComponentResource {
  /** For `pulumi login`. */
  readonly backendUrl: pulumi.Output<string>;
  /** Resource id of the container: what rights to the state are given on. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: StateStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:bootstrap:StateStore", name, {}, opts);
    const { resourceGroupName, retentionDays } = args;
    const mine = { parent: this, protect: args.locked };
    const account = new StorageAccount(
      // The random suffix makes it unique; hyphens are not taken.
      name.replace(/[^a-z0-9]/g, ""),
      {
        resourceGroupName,
        location: args.location,
        accountName: args.accountName,
        kind: "StorageV2",
        // Three copies in different zones: nobody deploys while the state cannot be read.
        sku: { name: "Standard_ZRS" },
        allowBlobPublicAccess: false,
        // Keys of the account pass by every role: Entra only.
        allowSharedKeyAccess: false,
        defaultToOAuthAuthentication: true,
        allowCrossTenantReplication: false,
        isLocalUserEnabled: false,
        enableHttpsTrafficOnly: true,
        minimumTlsVersion: "TLS1_2",
        tags: args.tags,
      },
      mine,
    );
    const retention = { enabled: true, days: retentionDays };
    const versions = new BlobServiceProperties(
      `${name}-versions`,
      {
        resourceGroupName,
        accountName: account.name,
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: retention,
        containerDeleteRetentionPolicy: retention,
      },
      { parent: this },
    );
    const container = new BlobContainer(
      `${name}-container`,
      { resourceGroupName, accountName: account.name, containerName: "pulumi-state", publicAccess: "None" },
      { ...mine, dependsOn: [versions] },
    );
    if (args.locked) {
      lock(
        `${name}-lock`,
        {
          scope: account.id,
          lockName: "tarmac-state",
          reason: "The state of every stack.",
        },
        // Last to come: while the rest is made nothing is in the way of mending it.
        { parent: this, dependsOn: [container] },
      );
    }
    this.backendUrl = pulumi.interpolate`azblob://${container.name}?storage_account=${account.name}`;
    this.containerId = container.id;
    this.registerOutputs({ backendUrl: this.backendUrl, containerId: this.containerId });
  }
}
