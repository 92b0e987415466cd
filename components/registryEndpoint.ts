import * as pulumi from "@pulumi/pulumi";
import { registryDnsZone, serviceZoneProblem } from "@tarmac/validate/azureResourceId";
import { throwIfAny } from "./invalidArguments.ts";
import { privateAddress } from "./network/privateAddress.ts";

export interface RegistryEndpointArgs {
  /** Resource group to create the endpoint and the zone in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the network. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /** Resource id of the registry, such as `id` of `Registry`. Its SKU must be "Premium". */
  registryId: pulumi.Input<string>;
  /** Resource id of the network, such as `id` of `Network`. Its hosts resolve the registry to the private address. */
  networkId: pulumi.Input<string>;
  /** Resource id of the subnet for the endpoint's address, such as `privateEndpointSubnetId` of `Network`. */
  subnetId: pulumi.Input<string>;
  /**
   * Where to register the private address. "own" creates a zone and links it to the network. For a central zone, give
   * the resource id of an existing zone `privatelink.azurecr.io` that is already linked to the network. "none"
   * registers nothing, for companies where a policy does so.
   * @default "own"
   * @example "/subscriptions/.../providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io"
   */
  dnsZone?: string;
  /** Azure tags of the endpoint, zone and link. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A private address for a registry inside a network. The registry keeps its ordinary host name, and pulls stay in the
 * network. The registry's own settings decide whether it also answers on the internet.
 * https://learn.microsoft.com/azure/container-registry/container-registry-private-link
 *
 * Use `transforms` to change resource properties that no argument covers.
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
  /** @throws pulumi.InputPropertyError when the zone is not "own", "none", or the id of a zone with this name. */
  constructor(name: string, args: RegistryEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    const { registryId, dnsZone = "own", ...place } = args;
    throwIfAny([["dnsZone", serviceZoneProblem(dnsZone, registryDnsZone)]]);
    super("tarmac:azure:RegistryEndpoint", name, {}, opts);
    const service = { name: "registry", group: "registry", zone: registryDnsZone };
    privateAddress(name, service, registryId, { ...place, dnsZone }, { parent: this });
    this.registerOutputs({});
  }
}
