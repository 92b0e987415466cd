import {
  networkOfSubnet,
  registryDnsZone,
  serviceZoneProblem,
  vaultDnsZone,
} from "../../../validate/azureResourceId.ts";

const group = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/network/providers";
const network = `${group}/Microsoft.Network/virtualNetworks/hub`;

test("only the id of a subnet contains that of its network", () => {
  expect(networkOfSubnet(`${network}/subnets/apps`)).toBe(network);
  expect(networkOfSubnet(network)).toBe("");
});

test.each(["own", "none", `${group}/Microsoft.Network/privateDnsZones/privatelink.azurecr.io`])(
  "a registry's private address can be recorded in %s",
  (zone) => {
    expect(serviceZoneProblem(zone, registryDnsZone)).toBeUndefined();
  },
);

test.each(["", "system", `${group}/Microsoft.Network/privateDnsZones/example.com`])(
  "a registry's private address cannot be recorded in %j",
  (zone) => {
    expect(serviceZoneProblem(zone, registryDnsZone)).toBe(
      `"${zone}" is not "own", "none", or the resource id of a zone privatelink.azurecr.io: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n privatelink.azurecr.io`,
    );
  },
);

test("a vault's private address is not recorded in the zone of registries", () => {
  const zone = (name: string) => `${group}/Microsoft.Network/privateDnsZones/${name}`;
  expect(serviceZoneProblem(zone(vaultDnsZone), vaultDnsZone)).toBeUndefined();
  expect(serviceZoneProblem(zone(registryDnsZone), vaultDnsZone)).toContain(`resource id of a zone ${vaultDnsZone}`);
});
