import * as pulumi from "@pulumi/pulumi";
import {
  BlobContainer,
  BlobServiceProperties,
  ManagementPolicy,
  StorageAccount,
} from "@pulumi/azure-native/storage/index.js";
import { lock } from "./deletionLock.ts";

export interface StateStoreArgs {
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. */
  location: pulumi.Input<string>;
  /** Name of the storage account. Default: tarmacstate and a random suffix. */
  accountName?: string | undefined;
  /** Days during which deleted and overwritten states can be restored. */
  retentionDays: number;
  /** Environments; each gets a container of its own, besides that of the bootstrap. */
  environments: readonly string[];
  /** Refuse to delete the storage account and its containers. */
  locked: boolean;
  tags?: Record<string, string>;
}

/** Where the stacks of an environment keep their state. */
export interface StateContainer {
  /** Backend URL for `pulumi login`. */
  backendUrl: pulumi.Output<string>;
  /** Resource id: the scope for role assignments on the state. */
  id: pulumi.Output<string>;
}

/**
 * Storage for the state of the stacks: versioned blob containers with Entra sign-in only.
 *
 * Each environment has a container, because nothing smaller separates them: the role for writing blobs also allows
 * deleting the container, and neither a condition on blob paths nor an Azure lock prevents that.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage#storage-blob-data-contributor
 * https://learn.microsoft.com/azure/storage/common/lock-account-resource
 *
 * Pulumi's own lock files in a container prevent concurrent updates of one stack. The Azure lock is separate: it stops
 * everyone from deleting the account.
 */
export class StateStore extends pulumi.ComponentResource {
  /** The state of the bootstrap itself. */
  readonly own: StateContainer;
  /** The state of the stacks, by environment. */
  readonly containers: Record<string, StateContainer>;

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
        // Copies in three zones, because no deployment works while the state is unavailable.
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
    // Every checkpoint of every update becomes a version, which nothing else ever deletes.
    const expiry = { daysAfterCreationGreaterThan: retentionDays };
    const cleanup = new ManagementPolicy(
      `${name}-cleanup`,
      {
        resourceGroupName,
        accountName: account.name,
        managementPolicyName: "default",
        policy: {
          rules: [
            {
              name: "delete-previous-versions",
              type: "Lifecycle",
              enabled: true,
              definition: { filters: { blobTypes: ["blockBlob"] }, actions: { version: { delete: expiry } } },
            },
          ],
        },
      },
      { parent: this, dependsOn: [versions] },
    );
    const containerFor = (short: string, containerName: string) =>
      new BlobContainer(
        `${name}-${short}`,
        { resourceGroupName, accountName: account.name, containerName, publicAccess: "None" },
        { ...mine, dependsOn: [versions] },
      );
    const own = containerFor("container", "pulumi-state");
    const containers = args.environments.map(
      (environment) => [environment, containerFor(environment, `pulumi-state-${environment}`)] as const,
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
        { parent: this, dependsOn: [own, cleanup, ...containers.map(([, container]) => container)] },
      );
    }
    const described = (container: BlobContainer): StateContainer => ({
      backendUrl: pulumi.interpolate`azblob://${container.name}?storage_account=${account.name}`,
      id: container.id,
    });
    this.own = described(own);
    this.containers = Object.fromEntries(containers.map(([name, container]) => [name, described(container)]));
    this.registerOutputs({ own: this.own, containers: this.containers });
  }
}
