import * as pulumi from "@pulumi/pulumi";
import { BlobContainer, BlobServiceProperties, StorageAccount } from "@pulumi/azure-native/storage/index.js";
import { lock } from "./deletionLock.ts";

export interface StateStoreArgs {
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. */
  location: pulumi.Input<string>;
  /** Name of the storage account. Default: tarmacstate and a random suffix. */
  accountName?: string | undefined;
  /** Days during which deleted and overwritten states can be restored. */
  retentionDays: number;
  /** Refuse to delete the storage account and its container. */
  locked: boolean;
  tags?: Record<string, string>;
}

/**
 * Storage for the state of the stacks: a versioned blob container with Entra sign-in only.
 *
 * Pulumi's own lock files in the container keep two updates of one stack apart. The Azure lock is a different thing: it stops
 * everybody from deleting the account.
 */
export class StateStore extends pulumi.ComponentResource {
  /** Backend URL for `pulumi login`. */
  readonly backendUrl: pulumi.Output<string>;
  /** Resource id of the container: the scope for role assignments on the state. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: StateStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:bootstrap:StateStore", name, {}, opts);
    const { resourceGroupName, retentionDays } = args;
    const mine = { parent: this, protect: args.locked };
    const account = new StorageAccount(
      // Azure's random suffix makes the name unique. Storage account names allow no hyphens.
      name.replace(/[^a-z0-9]/g, ""),
      {
        resourceGroupName,
        location: args.location,
        accountName: args.accountName,
        kind: "StorageV2",
        // Copies in three zones, because nobody can deploy while the state is unavailable.
        sku: { name: "Standard_ZRS" },
        allowBlobPublicAccess: false,
        // Account keys bypass all roles, so allow Entra sign-in only.
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
          reason: "This account holds the state of every stack.",
        },
        // Created last, so that the lock cannot block the repair of a failed first update.
        { parent: this, dependsOn: [container] },
      );
    }
    this.backendUrl = pulumi.interpolate`azblob://${container.name}?storage_account=${account.name}`;
    this.containerId = container.id;
    this.registerOutputs({ backendUrl: this.backendUrl, containerId: this.containerId });
  }
}
