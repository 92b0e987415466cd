/** `Microsoft.Storage/storageAccounts` with their lifecycle policy, their blob service and its containers. `storage/` has the blobs. */
import { ArmError, badRequest, invalidRequestContent } from "../armErrors.ts";
import type { Cloud } from "../cloud.ts";
import { asObject, asString, givenOnly, type JsonObject } from "../jsonValues.ts";
import { accountType, blobSuffix } from "../azureHosts.ts";
import { isNameTaken } from "../resourceChecks.ts";
import { deleteBlobsOf, forgetBlobsOf } from "../storage/deletedContainers.ts";
import type { ResourceType } from "./resourceType.ts";

const apiVersions = ["2022-09-01", "2023-01-01", "2023-05-01", "2024-01-01", "2025-01-01"];
const skus = ["LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"].map((copies) => `Standard_${copies}`);

export const storageAccount: ResourceType = {
  type: accountType,
  apiVersions,
  tracked: true,
  createdStatus: 200,
  checkName: checkAccountName,
  remove: (cloud, { resource }) => Promise.resolve(forgetBlobsOf(cloud, resource.id)),
  put: ({ cloud, id, name, body, existing, location }) => {
    if (isNameTaken(cloud, accountType, name, id)) throw new ArmError(409, "StorageAccountAlreadyTaken", taken(name));
    const sku = asString(asObject(body.sku)?.name) ?? "";
    if (!skus.includes(sku)) throw invalidRequestContent(`sku.name is not one of ${skus.join(", ")}`);
    if (body.kind !== "StorageV2") throw invalidRequestContent("only accounts of the kind StorageV2 are simulated");
    const now = new Date().toISOString();
    if (existing === undefined) {
      cloud.inventory.put({
        id: `${id}/blobServices/default`,
        name: "default",
        type: serviceType,
        properties: { ...serviceDefaults },
      });
    }
    return {
      resource: {
        location,
        sku: { name: sku, tier: "Standard" },
        kind: "StorageV2",
        properties: {
          allowBlobPublicAccess: false,
          minimumTlsVersion: "TLS1_2",
          supportsHttpsTrafficOnly: true,
          accessTier: "Hot",
          creationTime: now,
          ...existing?.resource.properties,
          ...givenOnly(asObject(body.properties) ?? {}),
          primaryLocation: location,
          statusOfPrimary: "available",
          primaryEndpoints: { blob: `https://${name}${blobSuffix}/` },
          provisioningState: "Succeeded",
        },
      },
    };
  },
};

const taken = (name: string) => `The storage account named ${name} is already taken.`;

function checkAccountName(name: string): ArmError | undefined {
  if (/^[a-z0-9]{3,24}$/.test(name)) return undefined;
  return new ArmError(
    400,
    "AccountNameInvalid",
    `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
  );
}

/** `POST .../Microsoft.Storage/checkNameAvailability`. */
export function checkAccountNameAvailability(cloud: Cloud, body: JsonObject): JsonObject {
  const name = asString(body.name) ?? "";
  const invalid = checkAccountName(name);
  if (invalid !== undefined) return { nameAvailable: false, reason: invalid.code, message: invalid.message };
  if (!isNameTaken(cloud, accountType, name)) return { nameAvailable: true };
  return { nameAvailable: false, reason: "AlreadyExists", message: taken(name) };
}

const serviceType = `${accountType}/blobServices`;
const serviceDefaults = { cors: { corsRules: [] }, deleteRetentionPolicy: { enabled: false } };

export const blobService: ResourceType = {
  type: serviceType,
  apiVersions,
  tracked: false,
  permanent: true,
  checkName: (name) =>
    name === "default" ? undefined : badRequest(`The blob service is called 'default', not '${name}'.`),
  put: ({ body, existing }) => {
    const asked = givenOnly(asObject(body.properties) ?? {});
    for (const name of ["deleteRetentionPolicy", "containerDeleteRetentionPolicy"])
      checkRetention(name, asObject(asked[name]));
    return { resource: { properties: { ...serviceDefaults, ...existing?.resource.properties, ...asked } } };
  },
};

function checkRetention(name: string, policy: JsonObject = {}): void {
  const { enabled, days } = policy;
  if (enabled !== true) return;
  if (typeof days !== "number" || !Number.isInteger(days) || days < 1 || days > 365)
    throw new ArmError(400, "InvalidXmlNodeValue", `${name}.days must be a whole number from 1 to 365.`);
}

const policyType = `${accountType}/managementPolicies`;

/** Rules that delete or move blobs by age. Stored and validated; nothing ages here. */
export const managementPolicy: ResourceType = {
  type: policyType,
  apiVersions,
  tracked: false,
  createdStatus: 200,
  checkName: (name) =>
    name === "default" ? undefined : badRequest(`The management policy is called 'default', not '${name}'.`),
  put: ({ body }) => {
    const policy = asObject(asObject(body.properties)?.policy);
    const rules = Array.isArray(policy?.rules) ? policy.rules.map((rule) => asObject(rule) ?? {}) : [];
    if (rules.length === 0) throw invalidRequestContent("properties.policy.rules must name at least one rule");
    for (const { name, type, definition } of rules) {
      if (type !== "Lifecycle")
        throw invalidRequestContent(`the type of rule ${asString(name) ?? ""} must be Lifecycle`);
      const { filters } = asObject(definition) ?? {};
      if (!Array.isArray(asObject(filters)?.blobTypes))
        throw invalidRequestContent(`rule ${asString(name) ?? ""} needs filters.blobTypes`);
    }
    return { resource: { properties: { policy: { rules }, lastModifiedTime: new Date().toISOString() } } };
  },
};

export const blobContainer: ResourceType = {
  type: `${serviceType}/containers`,
  apiVersions,
  tracked: false,
  remove: (cloud, { resource }) => Promise.resolve(deleteBlobsOf(cloud, resource)),
  checkName: (name) =>
    /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
      ? undefined
      : new ArmError(400, "InvalidResourceName", `The container name '${name}' is invalid.`),
  put: ({ cloud, scope, body, existing }) => {
    const asked = givenOnly(asObject(body.properties) ?? {});
    const account = cloud.inventory.get(scope.replace(/\/blobServices\/[^/]+$/i, ""));
    const open = asked.publicAccess !== undefined && asked.publicAccess !== "None";
    if (open && account?.resource.properties.allowBlobPublicAccess === false)
      throw new ArmError(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.");
    return {
      resource: {
        properties: {
          publicAccess: "None",
          ...existing?.resource.properties,
          ...asked,
          hasImmutabilityPolicy: false,
          hasLegalHold: false,
        },
      },
    };
  },
};
