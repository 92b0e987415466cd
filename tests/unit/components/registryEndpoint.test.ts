import { RegistryEndpoint, type RegistryEndpointArgs } from "../../../components/registryEndpoint.ts";
import { nameSuffix, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, refusal } from "../pulumiMocks.ts";

const types = {
  endpoint: "azure-native:network:PrivateEndpoint",
  zoneGroup: "azure-native:network:PrivateDnsZoneGroup",
  zone: "azure-native:privatedns:PrivateZone",
  link: "azure-native:privatedns:VirtualNetworkLink",
};
const group = `${subscription}/resourceGroups/group/providers`;
const args = {
  resourceGroupName: "group",
  location: "westeurope",
  registryId: `${group}/Microsoft.ContainerRegistry/registries/hello`,
  networkId: `${group}/Microsoft.Network/virtualNetworks/hello`,
  subnetId: `${group}/Microsoft.Network/virtualNetworks/hello/subnets/private-endpoints`,
  tags: { app: "hello" },
};

async function create(preview = false, more: Partial<RegistryEndpointArgs> = {}) {
  const cloud = await mockCloud({ preview });
  new RegistryEndpoint("hello", { ...args, ...more });
  return cloud.settled();
}

test.each([false, true])(
  "creates an endpoint, recorded in a zone that the network looks up (preview: %s)",
  async (preview) => {
    expect(labels(await create(preview))).toEqual([
      `${types.zoneGroup}::hello-registry`,
      `${types.endpoint}::hello-registry`,
      `${types.zone}::hello-registry-zone`,
      `${types.link}::hello-registry-zone`,
      "tarmac:azure:RegistryEndpoint::hello",
    ]);
  },
);

test("the endpoint leads to the registry, and has an address in the subnet", async () => {
  expect(only(await create(), types.endpoint).inputs).toMatchObject({
    resourceGroupName: "group",
    location: "westeurope",
    subnet: { id: args.subnetId },
    privateLinkServiceConnections: [
      { name: "registry", privateLinkServiceId: args.registryId, groupIds: ["registry"] },
    ],
    tags: { app: "hello" },
  });
});

test("the zone is the one that registries' names resolve through, and only the network looks names up in it", async () => {
  const resources = await create();
  expect(only(resources, types.zone).inputs).toMatchObject({
    privateZoneName: "privatelink.azurecr.io",
    location: "Global",
    tags: { app: "hello" },
  });
  expect(only(resources, types.link).inputs).toMatchObject({
    privateZoneName: "privatelink.azurecr.io",
    location: "Global",
    registrationEnabled: false,
    virtualNetwork: { id: args.networkId },
    tags: { app: "hello" },
  });
  const zoneGroup = only(resources, types.zoneGroup);
  expect(zoneGroup.inputs).toMatchObject({
    privateEndpointName: `hello-registry${nameSuffix}`,
    privateDnsZoneConfigs: [
      { name: "registry", privateDnsZoneId: `${group}/Microsoft.Network/privateDnsZones/privatelink.azurecr.io` },
    ],
  });
  expect(zoneGroup.dependencies).toContain(`${types.link}::hello-registry-zone`);
});

test("uses a company's zone as it is, and leaves the record to a policy that writes it", async () => {
  const dnsZone = `${subscription}/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io`;
  const shared = await create(false, { dnsZone });
  expect(labels(shared)).toEqual([
    `${types.zoneGroup}::hello-registry`,
    `${types.endpoint}::hello-registry`,
    "tarmac:azure:RegistryEndpoint::hello",
  ]);
  expect(only(shared, types.zoneGroup).inputs.privateDnsZoneConfigs).toEqual([
    { name: "registry", privateDnsZoneId: dnsZone },
  ]);
  expect(labels(await create(false, { dnsZone: "none" }))).toEqual([
    `${types.endpoint}::hello-registry`,
    "tarmac:azure:RegistryEndpoint::hello",
  ]);
});

test("refuses a zone of another name", async () => {
  await mockCloud();
  expect(refusal(() => new RegistryEndpoint("hello", { ...args, dnsZone: "azurecr.io" }))).toEqual([
    'dnsZone: "azurecr.io" is not "own", "none", or the resource id of a zone privatelink.azurecr.io: for the id, use what this command prints: az network private-dns zone show --query id -g GROUP -n privatelink.azurecr.io',
  ]);
});
