/** Microsoft.Network: private DNS zones, which have their own api-versions and their own module. */
import { describeType, inResourceGroup } from "./describeType.ts";

const zones = `${inResourceGroup}/Microsoft.Network/privateDnsZones/{privateZoneName}`;

export const privateZone = describeType({
  token: "azure-native:privatedns:PrivateZone",
  path: zones,
  autoName: "random",
  replaceOnChange: ["location"],
});

export const virtualNetworkLink = describeType({
  token: "azure-native:privatedns:VirtualNetworkLink",
  path: `${zones}/virtualNetworkLinks/{virtualNetworkLinkName}`,
  autoName: "copy",
  replaceOnChange: ["location"],
});
