/** `Microsoft.Network/privateDnsZones`, and their links to networks. Nothing resolves names in them here. */
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import { asObject, asString, givenOnly } from "../jsonValues.ts";
import { checkNetworkName } from "../network/networkNames.ts";
import { requireReference } from "../network/references.ts";
import { privateDnsVersions } from "../apiVersions.ts";
import type { ResourceType } from "./resourceType.ts";

export const privateZoneType = "Microsoft.Network/privateDnsZones";
const linkType = `${privateZoneType}/virtualNetworkLinks`;

export const privateDnsZone: ResourceType = {
  type: privateZoneType,
  apiVersions: privateDnsVersions,
  tracked: true,
  global: true,
  checkName: (name) =>
    /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+$/i.test(name)
      ? undefined
      : new ArmError(400, "BadRequest", `The domain name '${name}' is invalid.`),

  put: ({ existing, location }) => ({
    resource: {
      location,
      properties: {
        maxNumberOfRecordSets: 25000,
        maxNumberOfVirtualNetworkLinks: 1000,
        maxNumberOfVirtualNetworkLinksWithRegistration: 100,
        numberOfRecordSets: 1,
        ...existing?.resource.properties,
        provisioningState: "Succeeded",
      },
    },
  }),

  checkRemoval: (cloud, { resource }) => {
    if (linksOf(cloud, resource.id).length === 0) return;
    throw new ArmError(
      409,
      "CannotDeleteResource",
      `Can not delete resource before nested resources are deleted: the zone ${resource.name} is linked to virtual networks.`,
    );
  },

  present: (cloud, { resource }) => ({
    ...resource,
    properties: { ...resource.properties, numberOfVirtualNetworkLinks: linksOf(cloud, resource.id).length },
  }),
};

const linksOf = (cloud: Cloud, zoneId: string) => cloud.inventory.within(zoneId, linkType);

export const virtualNetworkLink: ResourceType = {
  type: linkType,
  apiVersions: privateDnsVersions,
  tracked: true,
  global: true,
  checkName: (name) => checkNetworkName(name),

  put: ({ cloud, id, scope, body, existing, location }) => {
    const asked = asObject(body.properties) ?? {};
    const network = asString(asObject(asked.virtualNetwork)?.id) ?? "";
    requireReference(cloud, id, network);
    const twice = linksOf(cloud, scope).find(
      ({ resource }) => resource.id !== id && asObject(resource.properties.virtualNetwork)?.id === network,
    );
    if (twice !== undefined) {
      throw new ArmError(
        409,
        "Conflict",
        `A virtual network cannot be linked to multiple zones with overlapping namespaces. Virtual network '${network}' is already linked by '${twice.resource.name}'.`,
      );
    }
    return {
      resource: {
        location,
        properties: {
          registrationEnabled: false,
          ...existing?.resource.properties,
          ...givenOnly(asked),
          virtualNetworkLinkState: "Completed",
          provisioningState: "Succeeded",
        },
      },
    };
  },
};
