/** `Microsoft.ContainerRegistry/registries`. */
import { randomBytes } from "node:crypto";
import type { Cloud } from "../cloud.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asString, givenOnly, type JsonObject } from "../jsonValues.ts";
import { registryType } from "../registry/openRegistries.ts";
import { isNameTaken } from "../resourceChecks.ts";
import { importImage } from "../registry/importRequest.ts";
import { sourceUpload } from "../registry/runStorage.ts";
import { scheduleRun } from "../registry/scheduleRun.ts";
import { checkRegistryName, followsNameRule, nameRule } from "./registryNames.ts";
import { checkRegistrySettings } from "./registryRules.ts";
import { refuseReplicationsOf } from "./replication.ts";
import { containerRegistryVersions } from "../apiVersions.ts";
import type { ResourceType } from "./resourceType.ts";

const skus = ["Basic", "Standard", "Premium"];

/** Earlier versions than this one, and the listed ones, neither show nor set roleAssignmentMode. */
const versionsWithRoleMode = "2024-11-01-preview";
const versionsWithoutRoleMode = ["2025-04-01"];
const knowsRoleMode = (apiVersion: string) =>
  apiVersion >= versionsWithRoleMode && !versionsWithoutRoleMode.includes(apiVersion);

/** The default settings of a registry. */
const defaults: JsonObject = {
  adminUserEnabled: false,
  anonymousPullEnabled: false,
  dataEndpointEnabled: false,
  encryption: { status: "disabled" },
  networkRuleBypassOptions: "AzureServices",
  publicNetworkAccess: "Enabled",
  roleAssignmentMode: "LegacyRegistryPermissions",
  zoneRedundancy: "Disabled",
};

const defaultPolicies: JsonObject = {
  quarantinePolicy: { status: "disabled" },
  trustPolicy: { type: "Notary", status: "disabled" },
  retentionPolicy: { days: 7, status: "disabled" },
  exportPolicy: { status: "enabled" },
  azureADAuthenticationAsArmPolicy: { status: "enabled" },
};

export const registry: ResourceType = {
  type: registryType,
  apiVersions: containerRegistryVersions,
  tracked: true,
  checkName: (name) => checkRegistryName("Registry", name),

  put: ({ cloud, id, name, body, existing, location, apiVersion }) => {
    const sku = readSku(asObject(body.sku) ?? existing?.resource.sku);
    const { roleAssignmentMode, ...settings } = asObject(body.properties) ?? {};
    const asked: JsonObject = knowsRoleMode(apiVersion) ? { ...settings, roleAssignmentMode } : settings;
    const before = existing?.resource.properties;
    checkRegistrySettings({ ...before, ...givenOnly(asked) }, before, sku);
    if (sku !== "Premium") refuseReplicationsOf(cloud, id);
    if (existing === undefined && isNameTaken(cloud, registryType, name)) throw alreadyInUse(name);
    const own = {
      loginServer: before?.loginServer ?? cloud.registries.freeLoginServer(),
      creationDate: before?.creationDate ?? new Date().toISOString(),
      dataEndpointHostNames: [],
      privateEndpointConnections: [],
    };
    const policies = { ...defaultPolicies, ...asObject(before?.policies), ...asObject(asked.policies) };
    return {
      resource: {
        location,
        sku: { name: sku, tier: sku },
        properties: { ...defaults, ...before, ...givenOnly(asked), policies, ...own },
      },
      inner: {
        adminPasswords: existing?.inner.adminPasswords ?? [0, 1].map(() => randomBytes(24).toString("base64url")),
      },
    };
  },

  present: (_, { resource }, apiVersion) => {
    if (knowsRoleMode(apiVersion)) return resource;
    // Properties that are undefined are not sent.
    return { ...resource, properties: { ...resource.properties, roleAssignmentMode: undefined } };
  },

  provision: async (cloud, { resource }, operation) => {
    await cloud.simulation.wait(operation.startTime, cloud.simulation.delays.registrySeconds, cloud.stopping);
    await cloud.registries.open(cloud, resource.id);
  },

  remove: (cloud, { resource }) => cloud.registries.erase(resource.id, resource.name),

  queuedActions: { importImage },

  actions: {
    scheduleRun,
    listBuildSourceUploadUrl: ({ cloud, entry }) => Promise.resolve(sourceUpload(cloud, entry)),
    listCredentials: ({ entry: { resource, inner } }) => {
      if (resource.properties.adminUserEnabled !== true) {
        throw new ArmError(
          400,
          "UnAuthorizedForCredentialOperations",
          `Cannot perform credential operations for ${resource.id} as admin user is disabled. Kindly enable admin user as per docs: ` +
            "https://docs.microsoft.com/en-us/azure/container-registry/container-registry-authentication#admin-account",
        );
      }
      const [first, second] = inner.adminPasswords as [string, string];
      return Promise.resolve({
        username: resource.name,
        passwords: [
          { name: "password", value: first },
          { name: "password2", value: second },
        ],
      });
    },
  },
};

/** `POST .../Microsoft.ContainerRegistry/checkNameAvailability`. */
export function checkRegistryNameAvailability(cloud: Cloud, body: JsonObject): JsonObject {
  const name = asString(body.name);
  if (name === undefined) throw badRequest("The property 'name' is missing.");
  if (!followsNameRule(name)) return { nameAvailable: false, reason: "Invalid", message: nameRule };
  if (!isNameTaken(cloud, registryType, name)) return { nameAvailable: true };
  return { nameAvailable: false, reason: "AlreadyExists", message: `The registry ${name} is already in use.` };
}

function alreadyInUse(name: string): ArmError {
  return new ArmError(
    409,
    "AlreadyInUse",
    `The registry DNS name ${name}.azurecr.io is already in use. You can check if the name is already claimed using following API: ` +
      "https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability",
  );
}

function readSku(sku: JsonObject | undefined): string {
  const name = asString(sku?.name);
  const known = skus.find((candidate) => candidate.toLowerCase() === name?.toLowerCase());
  if (known !== undefined) return known;
  throw new ArmError(400, "InvalidSku", `The SKU '${name ?? ""}' is not valid. It must be one of ${skus.join(", ")}.`);
}
