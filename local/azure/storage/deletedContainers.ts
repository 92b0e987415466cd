/**
 * Deletes and restores containers of the simulated storage accounts. If its policy says so, an account keeps a deleted container with
 * its blobs for some days.
 * https://learn.microsoft.com/azure/storage/blobs/soft-delete-container-overview
 */
import { randomBytes } from "node:crypto";
import type { Cloud } from "../cloud.ts";
import type { Resource } from "../inventory.ts";
import { asObject, asObjects, type JsonObject } from "../jsonValues.ts";
import { containerType } from "./blobAccess.ts";

export interface DeletedContainer {
  resource: Resource;
  /** Distinguishes deletions of containers with the same name. */
  version: string;
  /** ISO 8601. */
  deletedAt: string;
}

const all = (cloud: Cloud) => asObjects(cloud.inventory.simulation.deletedContainers) as unknown as DeletedContainer[];

function keep(cloud: Cloud, containers: readonly DeletedContainer[]): void {
  cloud.inventory.simulation.deletedContainers = containers;
  cloud.inventory.save();
}

/** The policies of an account's blob service. @param account resource id */
export const policiesOf = (cloud: Cloud, account: string): JsonObject =>
  cloud.inventory.get(`${account}/blobServices/default`)?.resource.properties ?? {};

export const isOn = (policy: unknown): boolean => asObject(policy)?.enabled === true;

const accountOf = (container: string) => container.replace(/\/blobServices\/.*$/i, "");

/** Keeps a container's blobs or deletes them, as the account's policy says. The caller removes the resource itself. */
export function deleteBlobsOf(cloud: Cloud, container: Resource): void {
  const account = accountOf(container.id);
  if (!isOn(policiesOf(cloud, account).containerDeleteRetentionPolicy))
    return cloud.blobs.deleteContainer(container.id);
  const version = `01D${randomBytes(6).toString("hex").toUpperCase()}`;
  cloud.blobs.setAside(container.id, version);
  keep(cloud, [...all(cloud), { resource: container, version, deletedAt: new Date().toISOString() }]);
}

/** The deleted containers of an account. */
export const deletedContainers = (cloud: Cloud, account: string): DeletedContainer[] =>
  all(cloud).filter(({ resource }) => accountOf(resource.id).toLowerCase() === account.toLowerCase());

/** Restores a deleted container with its blobs. */
export function restoreContainer(cloud: Cloud, { resource, version }: DeletedContainer): void {
  cloud.blobs.takeBack(resource.id, version);
  cloud.inventory.put(resource);
  keep(
    cloud,
    all(cloud).filter((other) => other.version !== version),
  );
}

/** Deletes the blobs of an account that is deleted, also those of its deleted containers. */
export function forgetBlobsOf(cloud: Cloud, account: string): void {
  for (const { resource } of cloud.inventory.within(account, containerType)) cloud.blobs.deleteContainer(resource.id);
  const gone = deletedContainers(cloud, account);
  for (const { resource, version } of gone) cloud.blobs.forgetAside(resource.id, version);
  keep(
    cloud,
    all(cloud).filter((other) => !gone.some(({ version }) => version === other.version)),
  );
}
