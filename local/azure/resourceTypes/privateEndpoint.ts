/** `Microsoft.Network/privateEndpoints`: the address of a registry or vault inside a network, and the DNS zones with its name. */
import { addressAt, parseRange } from "@tarmac/validate/addressRange";
import type { Cloud } from "../cloud.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asObjects, asString, givenOnly, type JsonObject } from "../jsonValues.ts";
import { vaultSuffix, vaultType } from "../azureHosts.ts";
import { checkNetworkName } from "../network/networkNames.ts";
import { isDelegated, requireReference } from "../network/references.ts";
import { networkVersions } from "../apiVersions.ts";
import { registryType } from "../registry/openRegistries.ts";
import { privateZoneType } from "./privateDnsZone.ts";
import type { ResourceType } from "./resourceType.ts";
import { subnetType } from "./virtualNetwork.ts";

const privateEndpointType = "Microsoft.Network/privateEndpoints";

export const privateEndpoint: ResourceType = {
  type: privateEndpointType,
  apiVersions: networkVersions,
  tracked: true,
  checkName: (name) => checkNetworkName(name),

  put: ({ cloud, id, body, existing, location }) => {
    const asked = asObject(body.properties) ?? {};
    const before = existing?.resource.properties;
    const subnetId = asString(asObject(asked.subnet)?.id) ?? "";
    requireReference(cloud, id, subnetId, location);
    if (cloud.inventory.get(subnetId)?.resource.type !== subnetType) throw badRequest(`${subnetId} is not a subnet.`);
    if (isDelegated(cloud, subnetId)) {
      throw new ArmError(
        400,
        "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
        `Private endpoint ${id} cannot be created as subnet ${subnetId} is delegated.`,
      );
    }
    const connections = asObjects(asked.privateLinkServiceConnections);
    const [connection] = connections;
    if (connection === undefined) {
      throw badRequest(
        "A private endpoint needs one of privateLinkServiceConnections.",
        "privateLinkServiceConnections",
      );
    }
    const target = requireTarget(cloud, id, connection);
    const range = parseRange(asString(cloud.inventory.get(subnetId)?.resource.properties.addressPrefix) ?? "");
    // Azure reserves the first four addresses of a subnet. This endpoint gets one of the following ones, and keeps it.
    const taken = cloud.inventory.ofType(privateEndpointType).length;
    const address = range === undefined ? "" : addressAt(range, 4 + taken);
    return {
      resource: {
        location,
        properties: {
          ...before,
          ...givenOnly(asked),
          subnet: { id: subnetId },
          privateLinkServiceConnections: connections.map((one) => ({
            ...one,
            id: `${id}/privateLinkServiceConnections/${asString(one.name) ?? ""}`,
            properties: {
              ...asObject(one.properties),
              privateLinkServiceConnectionState: {
                status: "Approved",
                description: "Auto-Approved",
                actionsRequired: "None",
              },
              provisioningState: "Succeeded",
            },
          })),
          manualPrivateLinkServiceConnections: [],
          customDnsConfigs: before?.customDnsConfigs ?? [{ fqdn: target, ipAddresses: [address] }],
          networkInterfaces: [{ id: `${id.replace(/\/privateEndpoints\//i, "/networkInterfaces/")}.nic` }],
          provisioningState: "Succeeded",
        },
      },
    };
  },
};

/** The host name of the resource that a connection is for. @throws Azure's error when a private endpoint cannot connect to it */
function requireTarget(cloud: Cloud, from: string, connection: JsonObject): string {
  const properties = asObject(connection.properties) ?? {};
  const id = asString(properties.privateLinkServiceId) ?? "";
  requireReference(cloud, from, id);
  const target = cloud.inventory.get(id)?.resource;
  const group = target?.type === registryType ? "registry" : target?.type === vaultType ? "vault" : undefined;
  if (target === undefined || group === undefined)
    throw badRequest(`Private endpoints are only simulated for registries and vaults, not for ${id}.`);
  if (group === "registry" && target.sku?.name !== "Premium") {
    throw new ArmError(
      400,
      "PrivateLinkNotSupportedForSku",
      `Private endpoint connections need the SKU Premium; the registry ${target.name} has ${asString(target.sku?.name) ?? ""}.`,
    );
  }
  const groups = Array.isArray(properties.groupIds) ? properties.groupIds : [];
  if (groups.length !== 1 || groups[0] !== group) {
    throw badRequest(
      `The group ids ${JSON.stringify(groups)} are not valid for a ${group}: use ["${group}"].`,
      "groupIds",
    );
  }
  return group === "registry" ? (asString(target.properties.loginServer) ?? "") : `${target.name}${vaultSuffix}`;
}

/** Whether a private endpoint leads to a resource. */
export const hasPrivateEndpoint = ({ inventory }: Cloud, resourceId: string): boolean =>
  inventory
    .ofType(privateEndpointType)
    .some(({ resource }) =>
      asObjects(resource.properties.privateLinkServiceConnections).some(
        ({ properties }) =>
          asString(asObject(properties)?.privateLinkServiceId)?.toLowerCase() === resourceId.toLowerCase(),
      ),
    );

export const privateDnsZoneGroup: ResourceType = {
  type: `${privateEndpointType}/privateDnsZoneGroups`,
  apiVersions: networkVersions,
  tracked: false,
  checkName: (name) => checkNetworkName(name),
  put: ({ cloud, id, body, existing }) => {
    const configs = asObjects(asObject(body.properties)?.privateDnsZoneConfigs);
    for (const config of configs) {
      const zone = asString(asObject(config.properties)?.privateDnsZoneId) ?? "";
      requireReference(cloud, id, zone);
      if (cloud.inventory.get(zone)?.resource.type !== privateZoneType)
        throw badRequest(`${zone} is not a private DNS zone.`);
    }
    return {
      resource: {
        properties: {
          ...existing?.resource.properties,
          privateDnsZoneConfigs: configs,
          provisioningState: "Succeeded",
        },
      },
    };
  },
};
