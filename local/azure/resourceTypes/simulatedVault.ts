/**
 * `Microsoft.KeyVault/vaults` and the keys in them, as the Resource Manager shows them; `vault/` is the vaults' own service. A deleted
 * vault keeps its name until it is purged; it cannot be recovered here.
 */
import { ArmError, badRequest } from "../armErrors.ts";
import type { Cloud } from "../cloud.ts";
import { asObject, asObjects, asString, givenOnly, type JsonObject } from "../jsonValues.ts";
import type { Resource } from "../inventory.ts";
import { isNameTaken } from "../resourceChecks.ts";
import { subscriptionId } from "../resourcePath.ts";
import { vaultSuffix, vaultType } from "../azureHosts.ts";
import type { KeyVersion } from "../vault/keyMaterial.ts";
import { VaultError } from "../vault/vaultErrors.ts";
import { keyIn, keyProperties, keysOf } from "../vault/keyRequests.ts";
import { forgetDeletedOf, newVersion, refuseDeletedName, versionsOf } from "../vault/vaultObjects.ts";
import type { ResourceType } from "./resourceType.ts";

const apiVersions = ["2022-07-01", "2023-02-01", "2023-07-01", "2024-11-01"];

export const vault: ResourceType = {
  type: vaultType,
  apiVersions,
  tracked: true,
  checkName: (name) =>
    /^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/i.test(name)
      ? undefined
      : new ArmError(
          400,
          "VaultNameNotValid",
          `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens.`,
        ),
  remove: (cloud, { resource }) => {
    const others = deletedVaults(cloud).filter(({ name }) => name !== resource.name);
    keepDeleted(cloud, [...others, deletedVault(cloud, resource)]);
    forgetDeletedOf(cloud, resource);
    return Promise.resolve();
  },
  put: ({ cloud, id, name, body, existing, location }) => {
    if (existing === undefined && isSoftDeleted(cloud, name))
      throw new ArmError(
        409,
        "ConflictError",
        "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. " +
          "Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
      );
    if (isNameTaken(cloud, vaultType, name, id))
      throw new ArmError(
        409,
        "VaultAlreadyExists",
        `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`,
      );
    const asked = givenOnly(asObject(body.properties) ?? {});
    const before = existing?.resource.properties ?? {};
    if (asked.tenantId !== cloud.deployer.tenantId)
      throw badRequest(
        `The tenant '${asString(asked.tenantId)}' of the vault is not the tenant of the subscription.`,
        "tenantId",
      );
    if (asObject(asked.sku)?.family !== "A") throw badRequest("properties.sku.family must be A.", "sku");
    if (asked.enableSoftDelete === false)
      throw badRequest(
        'The property "enableSoftDelete" can be set to false only for creating new vault, and soft delete is required by now.',
      );
    if (before.enablePurgeProtection === true && asked.enablePurgeProtection === false)
      throw badRequest(
        'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
      );
    const days = asked.softDeleteRetentionInDays ?? before.softDeleteRetentionInDays ?? 90;
    if (before.softDeleteRetentionInDays !== undefined && days !== before.softDeleteRetentionInDays)
      throw badRequest('The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.');
    if (typeof days !== "number" || days < 7 || days > 90)
      throw badRequest('The property "softDeleteRetentionInDays" must be from 7 to 90.');
    return {
      resource: {
        location,
        properties: {
          accessPolicies: [],
          enabledForDeployment: false,
          enableRbacAuthorization: false,
          publicNetworkAccess: "Enabled",
          ...before,
          ...asked,
          enableSoftDelete: true,
          softDeleteRetentionInDays: days,
          vaultUri: `https://${name}${vaultSuffix}/`,
          provisioningState: "Succeeded",
        },
      },
    };
  },
};

/** Deleted vaults whose names are not free yet, as the list of deleted vaults shows them. */
export const deletedVaults = (cloud: Cloud): JsonObject[] => asObjects(cloud.inventory.simulation.deletedVaults);

function keepDeleted(cloud: Cloud, vaults: readonly JsonObject[]): void {
  cloud.inventory.simulation.deletedVaults = vaults;
  cloud.inventory.save();
}

const isSoftDeleted = (cloud: Cloud, vault: string) =>
  deletedVaults(cloud).some(({ name }) => asString(name)?.toLowerCase() === vault.toLowerCase());

function deletedVault(cloud: Cloud, { id, name, location, tags, properties }: Resource): JsonObject {
  const days = Number(properties.softDeleteRetentionInDays ?? 90);
  return {
    id: `${subscriptionId(cloud.deployer.subscriptionId)}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${name}`,
    type: "Microsoft.KeyVault/deletedVaults",
    name,
    properties: {
      vaultId: id,
      location,
      tags,
      deletionDate: new Date().toISOString(),
      scheduledPurgeDate: new Date(Date.now() + days * 24 * 3600_000).toISOString(),
      purgeProtectionEnabled: properties.enablePurgeProtection === true,
    },
  };
}

/** Purges a deleted vault, so that its name is free. @throws ArmError when there is none, or when it is protected */
export function purgeVault(cloud: Cloud, vault: string): void {
  const found = deletedVaults(cloud).find(({ name }) => asString(name)?.toLowerCase() === vault.toLowerCase());
  if (found === undefined)
    throw new ArmError(404, "DeletedVaultNotFound", `The specified deleted vault '${vault}' does not exist.`);
  if (asObject(found.properties)?.purgeProtectionEnabled === true)
    throw new ArmError(
      400,
      "MethodNotAllowed",
      'Operation "DeletedVaultPurge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.',
    );
  keepDeleted(
    cloud,
    deletedVaults(cloud).filter((other) => other.name !== found.name),
  );
}

/** Answers `POST .../Microsoft.KeyVault/checkNameAvailability`. */
export function checkVaultNameAvailability(cloud: Cloud, body: JsonObject): JsonObject {
  const name = asString(body.name) ?? "";
  const invalid = vault.checkName(name);
  if (invalid !== undefined) return { nameAvailable: false, reason: "AccountNameInvalid", message: invalid.message };
  const taken = isNameTaken(cloud, vaultType, name);
  if (!taken && !isSoftDeleted(cloud, name)) return { nameAvailable: true };
  return {
    nameAvailable: false,
    reason: "AlreadyExists",
    message: taken
      ? `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name.`
      : "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault.",
  };
}

export const key: ResourceType = {
  type: `${vaultType}/keys`,
  apiVersions,
  tracked: false,
  // The Resource Manager creates and shows keys. Only the vault's own service deletes them.
  permanent: true,
  checkName: (name) =>
    /^[a-z0-9-]{1,127}$/i.test(name)
      ? undefined
      : new ArmError(400, "BadParameter", `The key name '${name}' is invalid: use letters, digits and hyphens.`),
  put: ({ cloud, name, scope, body, existing }) => {
    // A PUT creates a missing key and does not change an existing one. New versions are created at the vault's own service.
    if (existing !== undefined) return { resource: existing.resource };
    const holder = cloud.inventory.get(scope)?.resource;
    if (holder === undefined)
      throw new ArmError(404, "ParentResourceNotFound", `The vault of key '${name}' does not exist.`);
    const { kty, keySize, keyOps, attributes } = asObject(body.properties) ?? {};
    try {
      refuseDeletedName(keysOf(cloud, holder), name);
      const version: KeyVersion = { ...newVersion({ attributes, tags: body.tags }), ...keyIn(kty, keySize, keyOps) };
      return {
        resource: {
          ...(holder.location !== undefined && { location: holder.location }),
          ...(asObject(body.tags) !== undefined && { tags: body.tags as Record<string, string> }),
          properties: {},
        },
        inner: { versions: [version] },
      };
    } catch (error) {
      if (error instanceof VaultError) throw new ArmError(error.status, error.inner ?? error.code, error.message);
      throw error;
    }
  },
  // Its newest version, which the vault's own service may have added.
  present: ({ inventory }, entry) => {
    const holder = inventory.get(entry.resource.id.replace(/\/keys\/[^/]+$/i, ""))?.resource;
    const newest = versionsOf<KeyVersion>(entry).at(-1);
    if (holder === undefined || newest === undefined) return entry.resource;
    return { ...entry.resource, properties: keyProperties(holder, entry.resource.name, newest) };
  },
};
