import * as pulumi from "@pulumi/pulumi";
import { PrivateDnsZoneGroup, PrivateEndpoint } from "@pulumi/azure-native/network/index.js";
import { PrivateZone, VirtualNetworkLink } from "@pulumi/azure-native/privatedns/index.js";
import { registryDnsZoneProblem } from "@tarmac/validate/azureResourceId";
import { throwIfAny } from "./invalidArguments.ts";

/** The zone that every registry's private addresses are kept in. */
const registryZone = "privatelink.azurecr.io";

export interface RegistryEndpointArgs {
  /** Resource group that holds the endpoint and the zone. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the network, e.g. "westeurope". @default the resource group's */
  location?: pulumi.Input<string>;
  /** Resource id of the registry, which must be of the SKU Premium. */
  registryId: pulumi.Input<string>;
  /** Resource id of the network whose hosts are to find the registry at its private address. */
  networkId: pulumi.Input<string>;
  /** Resource id of the subnet that the endpoint gets an address in. */
  subnetId: pulumi.Input<string>;
  /**
   * Where the address is entered: "own" is a zone of the component's own, linked to the network. A company with central zones
   * names the resource id of its zone `privatelink.azurecr.io`, which is linked to the network already, or says "none" where a
   * policy enters the address.
   * @default "own"
   */
  dnsZone?: string;
  /** Azure tags of endpoint, zone and link. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A private address for a registry inside a network, under the registry's ordinary name: pulls stay in the network. Whether
 * the registry answers on the internet as well is the registry's own setting.
 * https://learn.microsoft.com/azure/container-registry/container-registry-private-link
 *
 * `transforms` change properties of its resources that no argument covers.
 * @example
 * ```ts
 * new RegistryEndpoint("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:network:PrivateEndpoint" ? { props: { ...props, customNetworkInterfaceName: "registry" }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class RegistryEndpoint extends pulumi.ComponentResource {
  /** @throws pulumi.InputPropertyError when the zone is neither "own", "none", nor the id of a zone of this name. */
  constructor(name: string, args: RegistryEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    const { resourceGroupName, tags, dnsZone = "own" } = args;
    throwIfAny([["dnsZone", registryDnsZoneProblem(dnsZone)]]);
    super("tarmac:azure:RegistryEndpoint", name, {}, opts);
    const child = { parent: this };
    const endpoint = new PrivateEndpoint(
      `${name}-registry`,
      {
        resourceGroupName,
        location: args.location,
        subnet: { id: args.subnetId },
        privateLinkServiceConnections: [
          { name: "registry", privateLinkServiceId: args.registryId, groupIds: ["registry"] },
        ],
        tags,
      },
      child,
    );
    const zone = dnsZone === "own" ? ownZone(name, args, child) : { id: dnsZone, link: undefined };
    if (dnsZone !== "none") {
      new PrivateDnsZoneGroup(
        `${name}-registry`,
        {
          resourceGroupName,
          privateEndpointName: endpoint.name,
          privateDnsZoneGroupName: "default",
          privateDnsZoneConfigs: [{ name: "registry", privateDnsZoneId: zone.id }],
        },
        // Only once the network looks names up in the zone is the endpoint of use to it.
        { ...child, dependsOn: zone.link },
      );
    }
    this.registerOutputs({});
  }
}

/** A zone for registries' private addresses, in which the network looks names up. */
function ownZone(name: string, args: RegistryEndpointArgs, child: pulumi.CustomResourceOptions) {
  const { resourceGroupName, tags } = args;
  const zone = new PrivateZone(
    `${name}-registry-zone`,
    { resourceGroupName, privateZoneName: registryZone, location: "Global", tags },
    child,
  );
  const link = new VirtualNetworkLink(
    `${name}-registry-zone`,
    {
      resourceGroupName,
      privateZoneName: zone.name,
      virtualNetworkLinkName: name,
      location: "Global",
      // Hosts of the network look names up here; they do not enter themselves.
      registrationEnabled: false,
      virtualNetwork: { id: args.networkId },
      tags,
    },
    child,
  );
  return { id: zone.id, link };
}
