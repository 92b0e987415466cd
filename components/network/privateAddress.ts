/** A private endpoint: the address of an Azure resource inside a network, and its DNS name there. */
import type * as pulumi from "@pulumi/pulumi";
import { PrivateDnsZoneGroup, PrivateEndpoint } from "@pulumi/azure-native/network/index.js";
import { PrivateZone, VirtualNetworkLink } from "@pulumi/azure-native/privatedns/index.js";

export interface PrivateAddressArgs {
  resourceGroupName: pulumi.Input<string>;
  location?: pulumi.Input<string>;
  /** Resource id of the network whose hosts resolve the name. */
  networkId: pulumi.Input<string>;
  /** Resource id of the subnet for the address. */
  subnetId: pulumi.Input<string>;
  /** "own", "none", or the resource id of a zone. */
  dnsZone: string;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A kind of resource that can have a private address. */
export interface PrivateService {
  /** Part of the names of the Pulumi resources. */
  name: string;
  /** Sub-resource to connect to: https://learn.microsoft.com/azure/private-link/private-endpoint-overview#private-link-resource */
  group: string;
  /** DNS zone of the private addresses: https://learn.microsoft.com/azure/private-link/private-endpoint-dns */
  zone: string;
}

/** Creates the endpoint of a resource, and the entry of its address in a DNS zone. */
export function privateAddress(
  name: string,
  { name: service, group, zone }: PrivateService,
  resourceId: pulumi.Input<string>,
  args: PrivateAddressArgs,
  child: pulumi.CustomResourceOptions,
): void {
  const { resourceGroupName, dnsZone, tags } = args;
  const endpoint = new PrivateEndpoint(
    `${name}-${service}`,
    {
      resourceGroupName,
      location: args.location,
      subnet: { id: args.subnetId },
      privateLinkServiceConnections: [{ name: service, privateLinkServiceId: resourceId, groupIds: [group] }],
      tags,
    },
    child,
  );
  if (dnsZone === "none") return;
  const { id, link } =
    dnsZone === "own" ? ownZone(name, `${name}-${service}-zone`, zone, args, child) : { id: dnsZone, link: undefined };
  new PrivateDnsZoneGroup(
    `${name}-${service}`,
    {
      resourceGroupName,
      privateEndpointName: endpoint.name,
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: service, privateDnsZoneId: id }],
    },
    // The network can use the endpoint only once it is linked to the zone.
    { ...child, dependsOn: link },
  );
}

/** Creates a zone for private addresses, and links the network to it. */
function ownZone(
  linkName: string,
  name: string,
  privateZoneName: string,
  { resourceGroupName, networkId, tags }: PrivateAddressArgs,
  child: pulumi.CustomResourceOptions,
) {
  const zone = new PrivateZone(name, { resourceGroupName, privateZoneName, location: "Global", tags }, child);
  const link = new VirtualNetworkLink(
    name,
    {
      resourceGroupName,
      privateZoneName: zone.name,
      virtualNetworkLinkName: linkName,
      location: "Global",
      // The network only resolves names in this zone. It does not register its hosts.
      registrationEnabled: false,
      virtualNetwork: { id: networkId },
      tags,
    },
    child,
  );
  return { id: zone.id, link };
}
