import { KeyVaultEndpoint, type KeyVaultEndpointArgs } from "../../../components/keyVaultEndpoint.ts";
import { subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, refusal } from "../pulumiMocks.ts";

const group = `${subscription}/resourceGroups/group/providers`;
const args: KeyVaultEndpointArgs = {
  resourceGroupName: "group",
  vaultId: `${group}/Microsoft.KeyVault/vaults/hello`,
  networkId: `${group}/Microsoft.Network/virtualNetworks/hello`,
  subnetId: `${group}/Microsoft.Network/virtualNetworks/hello/subnets/private-endpoints`,
};

async function create(more: Partial<KeyVaultEndpointArgs> = {}) {
  const cloud = await mockCloud();
  new KeyVaultEndpoint("hello", { ...args, ...more });
  return cloud.settled();
}

test("is an address of the vault, in the zone that vaults' names resolve through", async () => {
  const resources = await create();
  expect(labels(resources)).toEqual([
    "azure-native:network:PrivateDnsZoneGroup::hello-key-vault",
    "azure-native:network:PrivateEndpoint::hello-key-vault",
    "azure-native:privatedns:PrivateZone::hello-key-vault-zone",
    "azure-native:privatedns:VirtualNetworkLink::hello-key-vault-zone",
    "tarmac:azure:KeyVaultEndpoint::hello",
  ]);
  expect(only(resources, "azure-native:network:PrivateEndpoint").inputs).toMatchObject({
    privateLinkServiceConnections: [{ name: "key-vault", privateLinkServiceId: args.vaultId, groupIds: ["vault"] }],
  });
  expect(only(resources, "azure-native:privatedns:PrivateZone").inputs).toMatchObject({
    privateZoneName: "privatelink.vaultcore.azure.net",
  });
});

test("leaves the DNS record to a policy, and refuses the zone of registries", async () => {
  expect(labels(await create({ dnsZone: "none" }))).toHaveLength(2);
  const dnsZone = `${group}/Microsoft.Network/privateDnsZones/privatelink.azurecr.io`;
  expect(refusal(() => new KeyVaultEndpoint("hello", { ...args, dnsZone })).join()).toContain(
    "the resource id of a zone privatelink.vaultcore.azure.net",
  );
});
