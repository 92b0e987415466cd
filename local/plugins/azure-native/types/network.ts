/** Microsoft.Network: virtual networks, subnets, private endpoints and private DNS zones. */
import { inResourceGroup } from "./resourceType.ts";
import type { ResourceType } from "./resourceType.ts";

const apiVersion = "2024-05-01";
const virtualNetworks = `${inResourceGroup}/Microsoft.Network/virtualNetworks/{virtualNetworkName}`;
/** What stands at the top of every object of Microsoft.Network that has `properties` of its own. */
const keep = ["id", "name", "type", "etag"];

export const virtualNetwork: ResourceType = {
  token: "azure-native:network:VirtualNetwork",
  path: virtualNetworks,
  apiVersion,
  autoName: "random",
  envelope: { inputs: ["extendedLocation", "location", "tags"], readOnly: ["name", "type", "etag"] },
  properties: {
    inputs: [
      "addressSpace",
      "bgpCommunities",
      "ddosProtectionPlan",
      "dhcpOptions",
      "enableDdosProtection",
      "enableVmProtection",
      "encryption",
      "flowTimeoutInMinutes",
      "ipAllocations",
      "privateEndpointVNetPolicies",
      "subnets",
      "virtualNetworkPeerings",
    ],
    readOnly: ["flowLogs", "provisioningState", "resourceGuid"],
  },
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
};

export const subnet: ResourceType = {
  token: "azure-native:network:Subnet",
  path: `${virtualNetworks}/subnets/{subnetName}`,
  apiVersion,
  autoName: "copy",
  envelope: { inputs: ["name", "type"], readOnly: ["etag"] },
  properties: {
    inputs: [
      "addressPrefix",
      "addressPrefixes",
      "applicationGatewayIPConfigurations",
      "defaultOutboundAccess",
      "delegations",
      "ipAllocations",
      "ipamPoolPrefixAllocations",
      "natGateway",
      "networkSecurityGroup",
      "privateEndpointNetworkPolicies",
      "privateLinkServiceNetworkPolicies",
      "routeTable",
      "serviceEndpointPolicies",
      "serviceEndpoints",
      "sharingScope",
    ],
    readOnly: [
      "ipConfigurationProfiles",
      "ipConfigurations",
      "privateEndpoints",
      "provisioningState",
      "purpose",
      "resourceNavigationLinks",
      "serviceAssociationLinks",
    ],
  },
  nestedReadOnly: ["delegations[].provisioningState", "ipamPoolPrefixAllocations[].allocatedAddressPrefixes"],
  flattened: { paths: ["delegations[]"], keep },
};

const privateEndpoints = `${inResourceGroup}/Microsoft.Network/privateEndpoints/{privateEndpointName}`;

export const privateEndpoint: ResourceType = {
  token: "azure-native:network:PrivateEndpoint",
  path: privateEndpoints,
  apiVersion,
  autoName: "random",
  envelope: { inputs: ["extendedLocation", "location", "tags"], readOnly: ["name", "type", "etag"] },
  properties: {
    inputs: [
      "applicationSecurityGroups",
      "customDnsConfigs",
      "customNetworkInterfaceName",
      "ipConfigurations",
      "manualPrivateLinkServiceConnections",
      "privateLinkServiceConnections",
      "subnet",
    ],
    readOnly: ["networkInterfaces", "provisioningState"],
  },
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
};

export const privateDnsZoneGroup: ResourceType = {
  token: "azure-native:network:PrivateDnsZoneGroup",
  path: `${privateEndpoints}/privateDnsZoneGroups/{privateDnsZoneGroupName}`,
  apiVersion,
  autoName: "copy",
  envelope: { inputs: ["name"], readOnly: ["etag"] },
  properties: { inputs: ["privateDnsZoneConfigs"], readOnly: ["provisioningState"] },
  nestedReadOnly: ["privateDnsZoneConfigs[].recordSets"],
  flattened: { paths: ["privateDnsZoneConfigs[]"], keep: ["id", "name"] },
};
