import * as pulumi from "@pulumi/pulumi";
import { serviceZoneProblem, vaultDnsZone } from "@tarmac/validate/azureResourceId";
import { throwIfAny } from "./invalidArguments.ts";
import { privateAddress } from "./network/privateAddress.ts";

export interface KeyVaultEndpointArgs {
  /** Resource group to create the endpoint and the zone in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the network. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /** Resource id of the vault, such as `id` of `KeyVault`. */
  vaultId: pulumi.Input<string>;
  /** Resource id of the network, such as `id` of `Network`. Its hosts resolve the vault to the private address. */
  networkId: pulumi.Input<string>;
  /** Resource id of the subnet for the endpoint's address, such as `privateEndpointSubnetId` of `Network`. */
  subnetId: pulumi.Input<string>;
  /**
   * Where to register the private address. "own" creates a zone and links it to the network. For a central zone, give
   * the resource id of an existing zone `privatelink.vaultcore.azure.net` that is already linked to the network. "none"
   * registers nothing, for companies where a policy does so.
   * @default "own"
   * @example "/subscriptions/.../providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"
   */
  dnsZone?: string;
  /** Azure tags of the endpoint, zone and link. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A private address for a Key Vault inside a network, under the vault's ordinary host name. The vault's own settings decide
 * whether it also answers on the internet.
 * https://learn.microsoft.com/azure/key-vault/general/private-link-service
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new KeyVaultEndpoint("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:network:PrivateEndpoint" ? { props: { ...props, customNetworkInterfaceName: "vault" }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class KeyVaultEndpoint extends pulumi.ComponentResource {
  /** @throws pulumi.InputPropertyError when the zone is not "own", "none", or the id of a zone with this name. */
  constructor(name: string, args: KeyVaultEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    const { vaultId, dnsZone = "own", ...place } = args;
    throwIfAny([["dnsZone", serviceZoneProblem(dnsZone, vaultDnsZone)]]);
    super("tarmac:azure:KeyVaultEndpoint", name, {}, opts);
    const service = { name: "key-vault", group: "vault", zone: vaultDnsZone };
    privateAddress(name, service, vaultId, { ...place, dnsZone }, { parent: this });
    this.registerOutputs({});
  }
}
