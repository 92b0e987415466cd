/**
 * Keys and secrets of the simulated vaults. Each has versions; a request without a version means the newest. A deleted key or secret
 * stays, and its name stays taken, until it is recovered or purged.
 * https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-types
 */
import { randomBytes } from "node:crypto";
import type { Cloud } from "../cloud.ts";
import type { Entry, Resource } from "../inventory.ts";
import { asObject, asObjects, asString, type JsonObject } from "../jsonValues.ts";
import { isWithin } from "../resourcePath.ts";
import { badParameter, forbidden, VaultError } from "./vaultErrors.ts";

/** The fields of every version. Times are in seconds since 1970. */
export interface ObjectVersion {
  version: string;
  created: number;
  updated: number;
  enabled: boolean;
  /** Not before. */
  nbf?: number;
  /** Expires. */
  exp?: number;
  tags?: JsonObject;
}

export type ObjectKind = "keys" | "secrets";

/** The keys or the secrets of a vault. */
export interface Collection {
  cloud: Cloud;
  vault: Resource;
  kind: ObjectKind;
  /** `https://NAME.vault.azure.net`, as the client wrote it. */
  origin: string;
}

const singular = { keys: "key", secrets: "secret" } as const;
const capital = { keys: "Key", secrets: "Secret" } as const;

export const objectId = ({ vault, kind }: Collection, name: string): string => `${vault.id}/${kind}/${name}`;

const now = () => Math.floor(Date.now() / 1000);

/** A new version with the attributes of a request. @throws VaultError for invalid attributes */
export const newVersion = (body: JsonObject): ObjectVersion => ({
  version: randomBytes(16).toString("hex"),
  created: now(),
  updated: now(),
  enabled: true,
  ...attributesIn(body),
});

/** The attributes and tags that a request sets. @throws VaultError */
export function attributesIn(body: JsonObject): Partial<ObjectVersion> {
  const { enabled, nbf, exp } = asObject(body.attributes) ?? {};
  if (enabled !== undefined && enabled !== null && typeof enabled !== "boolean")
    throw badParameter("Property attributes.enabled has invalid value");
  for (const time of [nbf, exp])
    if (time !== undefined && time !== null && !Number.isInteger(time))
      throw badParameter("Property attributes has invalid value");
  return {
    ...(typeof enabled === "boolean" && { enabled }),
    ...(typeof nbf === "number" && { nbf }),
    ...(typeof exp === "number" && { exp }),
    ...(asObject(body.tags) !== undefined && { tags: asObject(body.tags) ?? {} }),
  };
}

/** The versions of a key or secret, oldest first. */
export const versionsOf = <T extends ObjectVersion>({ inner }: Pick<Entry, "inner">): T[] =>
  // An inventory of an older version may have keys without them.
  (inner.versions ?? []) as T[];

/** @throws VaultError 404 */
export function requireEntry(collection: Collection, name: string): Entry {
  const entry = collection.cloud.inventory.get(objectId(collection, name));
  if (entry === undefined) throw notFound(collection.kind, name);
  return entry;
}

/** @param version the newest if absent or empty @throws VaultError 404 */
export function requireVersion<T extends ObjectVersion>(
  collection: Collection,
  name: string,
  version: string | undefined,
): T {
  const versions = versionsOf<T>(requireEntry(collection, name));
  const found =
    version === undefined || version === ""
      ? versions.at(-1)
      : versions.find((candidate) => candidate.version === version.toLowerCase());
  if (found === undefined) throw notFound(collection.kind, `${name}/${version}`);
  return found;
}

function notFound(kind: ObjectKind, name: string): VaultError {
  const what = singular[kind];
  return new VaultError(
    404,
    `${capital[kind]}NotFound`,
    `A ${what} with (name/id) ${name} was not found in this key vault. If you recently deleted this ${what} you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

/** @throws VaultError 409 while a deleted key or secret has the name */
export function refuseDeletedName(collection: Collection, name: string): void {
  const { kind } = collection;
  if (deletedOf(collection).some((deleted) => deleted.name.toLowerCase() === name.toLowerCase()))
    throw new VaultError(
      409,
      "Conflict",
      `${capital[kind]} ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the ${singular[kind]} can only be recovered or purged.`,
      "ObjectIsDeletedButRecoverable",
    );
}

/** Adds a version. The first version creates the key or secret. @throws VaultError 409 while a deleted one has the name */
export function addVersion(collection: Collection, name: string, version: ObjectVersion): void {
  refuseDeletedName(collection, name);
  const { cloud, kind, vault } = collection;
  const id = objectId(collection, name);
  const existing = cloud.inventory.get(id);
  const resource = existing?.resource ?? {
    ...{ id, name, type: `Microsoft.KeyVault/vaults/${kind}`, properties: {} },
    ...(vault.location !== undefined && { location: vault.location }),
  };
  cloud.inventory.put(resource, { versions: [...(existing === undefined ? [] : versionsOf(existing)), version] });
}

/** Changes a version in place. */
export function changeVersion(collection: Collection, name: string, version: ObjectVersion, change: object): void {
  Object.assign(version, change, { updated: now() });
  const entry = requireEntry(collection, name);
  collection.cloud.inventory.put(entry.resource, entry.inner);
}

export const objectUri = ({ origin, kind }: Collection, name: string, version?: string): string =>
  `${origin}/${kind}/${name}${version === undefined ? "" : `/${version}`}`;

/** `attributes` of an answer. */
export function shownAttributes(vault: Resource, { created, updated, enabled, nbf, exp }: ObjectVersion): JsonObject {
  const days = Number(vault.properties.softDeleteRetentionInDays ?? 90);
  const purge = vault.properties.enablePurgeProtection === true ? "" : "+Purgeable";
  return {
    enabled,
    ...(nbf !== undefined && { nbf }),
    ...(exp !== undefined && { exp }),
    created,
    updated,
    recoveryLevel: `${days < 90 ? "Customized" : ""}Recoverable${purge}`,
    recoverableDays: days,
  };
}

interface Deleted {
  id: string;
  name: string;
  resource: Resource;
  inner: JsonObject;
  /** Seconds since 1970. */
  deletedAt: number;
}

const allDeleted = (cloud: Cloud) => asObjects(cloud.inventory.simulation.deletedVaultObjects) as unknown as Deleted[];

const setDeleted = (cloud: Cloud, all: readonly Deleted[]) => {
  cloud.inventory.simulation.deletedVaultObjects = all;
  cloud.inventory.save();
};

/** The deleted keys or secrets of a vault. */
export const deletedOf = (collection: Collection): Deleted[] =>
  allDeleted(collection.cloud).filter(({ id }) => id.toLowerCase().startsWith(objectId(collection, "").toLowerCase()));

export function deleteObject(collection: Collection, name: string): Deleted {
  const { cloud } = collection;
  const { resource, inner } = requireEntry(collection, name);
  const deleted = { id: resource.id, name: resource.name, resource, inner, deletedAt: now() };
  setDeleted(cloud, [...allDeleted(cloud), deleted]);
  cloud.inventory.remove([resource.id]);
  return deleted;
}

/** @throws VaultError 404 */
export function requireDeleted(collection: Collection, name: string): Deleted {
  const found = deletedOf(collection).find((deleted) => deleted.name.toLowerCase() === name.toLowerCase());
  if (found === undefined)
    throw new VaultError(
      404,
      `${capital[collection.kind]}NotFound`,
      `Deleted ${capital[collection.kind]} not found: ${name}`,
    );
  return found;
}

/** Forgets the deleted keys and secrets of a vault that is deleted: they cannot be recovered, as the vault cannot be here. */
export const forgetDeletedOf = (cloud: Cloud, vault: Resource): void =>
  setDeleted(
    cloud,
    allDeleted(cloud).filter(({ id }) => !isWithin(id, vault.id)),
  );

const forget = ({ cloud }: Collection, deleted: Deleted) =>
  setDeleted(
    cloud,
    allDeleted(cloud).filter(({ id }) => id !== deleted.id),
  );

export function recoverObject(collection: Collection, name: string): void {
  const deleted = requireDeleted(collection, name);
  forget(collection, deleted);
  collection.cloud.inventory.put(deleted.resource, deleted.inner);
}

/** @throws VaultError 403 when the vault is protected against it */
export function purgeObject(collection: Collection, name: string): void {
  const deleted = requireDeleted(collection, name);
  if (collection.vault.properties.enablePurgeProtection === true)
    throw forbidden(
      'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.',
      "PurgeProtectionEnabled",
    );
  forget(collection, deleted);
}

/** Additional fields of an answer about a deleted key or secret. */
export function deletionFields(collection: Collection, { name, deletedAt }: Deleted): JsonObject {
  const days = Number(collection.vault.properties.softDeleteRetentionInDays ?? 90);
  return {
    recoveryId: `${collection.origin}/deleted${collection.kind}/${name}`,
    deletedDate: deletedAt,
    scheduledPurgeDate: deletedAt + days * 24 * 3600,
  };
}

/** A string of a request. @throws VaultError when it is missing */
export const textIn = (body: JsonObject, property: string): string => {
  const value = asString(body[property]);
  if (value === undefined) throw badParameter(`Property ${property} has invalid value`);
  return value;
};
