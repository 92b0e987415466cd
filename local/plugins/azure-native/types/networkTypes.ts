/** Microsoft.Network: virtual networks, subnets, private endpoints and private DNS zones. */
import { describeType, inResourceGroup } from "./describeType.ts";

const virtualNetworks = `${inResourceGroup}/Microsoft.Network/virtualNetworks/{virtualNetworkName}`;
/** The top-level members of every object of Microsoft.Network that has `properties` of its own. */
const keep = ["id", "name", "type", "etag"];

export const virtualNetwork = describeType({
  token: "azure-native:network:VirtualNetwork",
  path: virtualNetworks,
  autoName: "random",
  nestedReadOnly: [
    "bgpCommunities.regionalCommunity",
    "subnets[].delegations[].provisioningState",
    "subnets[].ipConfigurationProfiles",
    "subnets[].ipConfigurations",
    "subnets[].privateEndpoints",
    "subnets[].purpose",
    "virtualNetworkPeerings[].provisioningState",
    "virtualNetworkPeerings[].remoteVirtualNetworkEncryption",
    "virtualNetworkPeerings[].resourceGuid",
  ],
  replaceOnChange: ["location"],
  flattened: { paths: ["subnets[]", "subnets[].delegations[]", "virtualNetworkPeerings[]"], keep },
  sharedLists: ["subnets", "virtualNetworkPeerings"],
});

export const subnet = describeType({
  token: "azure-native:network:Subnet",
  path: `${virtualNetworks}/subnets/{subnetName}`,
  autoName: "copy",
  nestedReadOnly: ["delegations[].provisioningState", "ipamPoolPrefixAllocations[].allocatedAddressPrefixes"],
  flattened: { paths: ["delegations[]"], keep },
});

export const networkSecurityGroup = describeType({
  token: "azure-native:network:NetworkSecurityGroup",
  path: `${inResourceGroup}/Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}`,
  autoName: "random",
  replaceOnChange: ["location"],
  flattened: { paths: ["securityRules[]"], keep },
});

export const publicIpAddress = describeType({
  token: "azure-native:network:PublicIPAddress",
  path: `${inResourceGroup}/Microsoft.Network/publicIPAddresses/{publicIpAddressName}`,
  autoName: "random",
  replaceOnChange: ["location"],
});

export const natGateway = describeType({
  token: "azure-native:network:NatGateway",
  path: `${inResourceGroup}/Microsoft.Network/natGateways/{natGatewayName}`,
  autoName: "random",
  replaceOnChange: ["location"],
});

const privateEndpoints = `${inResourceGroup}/Microsoft.Network/privateEndpoints/{privateEndpointName}`;

export const privateEndpoint = describeType({
  token: "azure-native:network:PrivateEndpoint",
  path: privateEndpoints,
  autoName: "random",
  nestedReadOnly: [
    "ipConfigurations[].etag",
    "ipConfigurations[].type",
    "manualPrivateLinkServiceConnections[].etag",
    "manualPrivateLinkServiceConnections[].provisioningState",
    "manualPrivateLinkServiceConnections[].type",
    "privateLinkServiceConnections[].etag",
    "privateLinkServiceConnections[].provisioningState",
    "privateLinkServiceConnections[].type",
  ],
  replaceOnChange: ["location"],
  flattened: {
    paths: ["ipConfigurations[]", "manualPrivateLinkServiceConnections[]", "privateLinkServiceConnections[]", "subnet"],
    keep,
  },
});

export const privateDnsZoneGroup = describeType({
  token: "azure-native:network:PrivateDnsZoneGroup",
  path: `${privateEndpoints}/privateDnsZoneGroups/{privateDnsZoneGroupName}`,
  autoName: "copy",
  nestedReadOnly: ["privateDnsZoneConfigs[].recordSets"],
  flattened: { paths: ["privateDnsZoneConfigs[]"], keep: ["id", "name"] },
});
