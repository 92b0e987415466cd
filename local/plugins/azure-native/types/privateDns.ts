/** Microsoft.Network's private DNS zones, which have api-versions and a module of their own. */
import { inResourceGroup } from "./resourceType.ts";
import type { ResourceType } from "./resourceType.ts";

const apiVersion = "2024-06-01";
const zones = `${inResourceGroup}/Microsoft.Network/privateDnsZones/{privateZoneName}`;

export const privateZone: ResourceType = {
  token: "azure-native:privatedns:PrivateZone",
  path: zones,
  apiVersion,
  autoName: "random",
  envelope: { inputs: ["location", "tags"], readOnly: ["name", "type", "etag", "systemData"] },
  properties: {
    inputs: [],
    readOnly: [
      "internalId",
      "maxNumberOfRecordSets",
      "maxNumberOfVirtualNetworkLinks",
      "maxNumberOfVirtualNetworkLinksWithRegistration",
      "numberOfRecordSets",
      "numberOfVirtualNetworkLinks",
      "numberOfVirtualNetworkLinksWithRegistration",
      "provisioningState",
    ],
  },
  replaceOnChange: ["location"],
};

export const virtualNetworkLink: ResourceType = {
  token: "azure-native:privatedns:VirtualNetworkLink",
  path: `${zones}/virtualNetworkLinks/{virtualNetworkLinkName}`,
  apiVersion,
  autoName: "copy",
  envelope: { inputs: ["location", "tags"], readOnly: ["name", "type", "etag", "systemData"] },
  properties: {
    inputs: ["registrationEnabled", "resolutionPolicy", "virtualNetwork"],
    readOnly: ["provisioningState", "virtualNetworkLinkState"],
  },
  replaceOnChange: ["location"],
};
