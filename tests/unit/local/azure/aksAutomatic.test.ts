/** Clusters of AKS Automatic: what AKS presets, and what it refuses. */
import { ArmError } from "../../../../local/azure/armErrors.ts";
import { checkMode } from "../../../../local/azure/resourceTypes/aksAutomatic.ts";
import { giveRole, type Identity, startWithClusterIdentities } from "./principals.ts";
import { type Answer, arm, armToken, type Environment, eventually } from "./testAzure.ts";

const version = "2026-03-01";
const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";
const location = "swedencentral";

let environment: Environment;
let token: string;
let group: string;
let control: Identity;
let kubelet: Identity;

beforeAll(async () => {
  const started = await startWithClusterIdentities();
  ({ environment, control, kubelet } = started);
  group = `${started.group}/providers`;
  token = await armToken(environment.azure);
  const network = (path: string, properties: object) =>
    ask("PUT", `Microsoft.Network/${path}`, { location, properties }, "2024-05-01");
  const delegations = [{ name: "aks", properties: { serviceName: "Microsoft.ContainerService/managedClusters" } }];
  for (const [name, range] of [
    ["net", "10.1"],
    ["other", "10.2"],
  ] as const) {
    await network(`virtualNetworks/${name}`, { addressSpace: { addressPrefixes: [`${range}.0.0/16`] } });
    await network(`virtualNetworks/${name}/subnets/nodes`, { addressPrefix: `${range}.0.0/24` });
    await network(`virtualNetworks/${name}/subnets/system`, { addressPrefix: `${range}.1.0/26` });
    await network(`virtualNetworks/${name}/subnets/api`, { addressPrefix: `${range}.2.0/28`, delegations });
  }
});
afterAll(() => environment.stop());

const ask = (method: string, path: string, body?: unknown, apiVersion = version): Promise<Answer> =>
  arm(environment.azure, method, `${group}/${path}`, apiVersion, body, token);
const aks = "Microsoft.ContainerService/managedClusters/aks";
const put = (properties: object, more: object = {}, apiVersion = version) =>
  ask(
    "PUT",
    aks,
    { location, sku: { name: "Automatic" }, identity: { type: "SystemAssigned" }, properties, ...more },
    apiVersion,
  );
const show = (apiVersion = version) => ask("GET", aks, undefined, apiVersion);
const created = () =>
  eventually(async () => expect(await show()).toMatchObject({ properties: { provisioningState: "Succeeded" } }));
const gone = () => eventually(async () => expect((await ask("DELETE", aks)).status).toBe(204));
const subnet = (name: string, network = "net") =>
  `${group}/Microsoft.Network/virtualNetworks/${network}/subnets/${name}`;
const userAssigned = () => ({
  identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
});
const inNetwork = (more: object = {}) => ({
  identityProfile: { kubeletidentity: { resourceId: kubelet.id } },
  hostedSystemProfile: { enabled: true, nodeSubnetID: subnet("nodes"), systemNodeSubnetID: subnet("system") },
  apiServerAccessProfile: { subnetId: subnet("api") },
  ...more,
});

function thrown(call: () => void): ArmError {
  try {
    call();
  } catch (error) {
    if (error instanceof ArmError) return error;
  }
  throw new Error("nothing was refused");
}

const validation = (message: string) => ({ status: 400, code: "BadRequest", message });
const feature = (name: string) =>
  validation(`Managed cluster 'Automatic' SKU should enable '${name}' feature with recommended values.`);

describe("a cluster of which only the SKU is said", () => {
  afterAll(gone);

  it("has what AKS presets, nodes that are not among its pools, and an identity of AKS for pulling", async () => {
    expect(await put({})).toMatchObject({ status: 201 });
    await created();
    const answer = await show();
    expect(answer).toMatchObject({ sku: { name: "Automatic", tier: "Standard" } });
    const { properties = {} } = answer;
    expect(properties).toMatchObject({
      hostedSystemProfile: { enabled: true },
      nodeProvisioningProfile: { mode: "Auto" },
      autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
      aadProfile: { enableAzureRBAC: true },
      disableLocalAccounts: true,
      oidcIssuerProfile: { enabled: true, issuerURL: expect.stringMatching(/^https:/) as string },
      securityProfile: { workloadIdentity: { enabled: true } },
      addonProfiles: { azurepolicy: { enabled: true } },
      nodeResourceGroupProfile: { restrictionLevel: "ReadOnly" },
      apiServerAccessProfile: { enableVnetIntegration: true },
      networkProfile: { networkDataplane: "cilium", networkPolicy: "cilium", outboundType: "managedNATGateway" },
      ingressProfile: { gatewayAPI: { installation: "Standard" } },
      agentPoolProfiles: [],
      identityProfile: { kubeletidentity: { objectId: expect.any(String) as string } },
    });
    expect(environment.kubernetes.withCilium).toBe(1);
    expect(environment.kubernetes.ingresses.at(-1)).toEqual({ gatewayApi: true, applicationRouting: true });
    // An older API version does not have the managed system nodes.
    expect((await show("2025-09-01")).properties).not.toHaveProperty("hostedSystemProfile");
  });

  it("keeps that through an update that says none of it, and has no local accounts", async () => {
    expect(await put({ autoUpgradeProfile: { upgradeChannel: "stable" } })).toMatchObject({ status: 200 });
    await created();
    expect((await show()).properties).toMatchObject({
      oidcIssuerProfile: { enabled: true },
      networkProfile: { outboundType: "managedNATGateway" },
      hostedSystemProfile: { enabled: true },
    });
    expect(await ask("POST", `${aks}/listClusterAdminCredential`)).toMatchObject({ status: 400 });
  });

  it("moves neither to other subnets nor to another way out", async () => {
    expect(await put({ hostedSystemProfile: { enabled: true, nodeSubnetID: subnet("nodes") } })).toMatchObject({
      status: 400,
      code: "PropertyChangeNotAllowed",
    });
    expect(await put({ networkProfile: { outboundType: "loadBalancer" } })).toMatchObject({
      status: 400,
      code: "PropertyChangeNotAllowed",
    });
  });

  it("cannot be stopped, because of its node auto-provisioning", async () => {
    expect(await ask("POST", `${aks}/stop`)).toMatchObject({
      ...{ status: 409, code: "OperationNotAllowed" },
      message:
        "Unable to perform 'stopping' operation since the cluster enables .properties.nodeProvisioningProfile.mode 'Auto'",
    });
    await created();
  });

  it("becomes a cluster of the SKU Base only with a system pool of its own", async () => {
    const base = { sku: { name: "Base", tier: "Standard" } };
    expect(await put({}, base)).toMatchObject({ status: 400, message: "Must define at least one system pool." });
    const pool = { properties: { mode: "System", count: 3, vmSize: "Standard_D4s_v5" } };
    expect(await ask("PUT", `${aks}/agentPools/systempool`, pool)).toMatchObject({ status: 201 });
    await eventually(async () => expect(await put({}, base)).toMatchObject({ status: 200 }));
    await created();
    expect(await put({})).toMatchObject(validation("Migration from AKS base SKU to automatic SKU isn't supported."));
  });
});

describe("a new cluster is refused", () => {
  it("in a region without the mode", async () => {
    expect(await put({}, { location: "westus" })).toMatchObject(
      validation("Automatic SKU is not supported in this region."),
    );
  });

  it("with another tier than Standard", async () => {
    const sku = { name: "Automatic", tier: "Premium" };
    const message = "Managed cluster 'Automatic' SKU should use Standard tier.";
    expect(await put({}, { sku })).toMatchObject(validation(message));
    const body = thrown(() =>
      checkMode({ apiVersion: version, location, sku, asked: {}, identity: undefined, before: undefined }),
    ).toBody();
    expect(body.error).toEqual({ code: "BadRequest", message, subcode: "AKSAutomaticSKUFeatureValidationError" });
  });

  it("with an identity of the customer's in a network of AKS", async () => {
    expect(await put({}, userAssigned())).toMatchObject(
      validation("Managed cluster 'Automatic' SKU should use SAMI when using managed vnet."),
    );
  });

  it("with an SSH key", async () => {
    const linuxProfile = { adminUsername: "azureuser", ssh: { publicKeys: [{ keyData: "ssh-rsa AAAA" }] } };
    const answer = await put({ linuxProfile });
    expect(answer).toMatchObject({ status: 400, code: "BadRequest" });
    expect(answer.message).toContain(
      "should not include SSH key configuration. Remove SSH key configuration and retry",
    );
  });

  it.each([
    ["ManagedSystemNodePool", { hostedSystemProfile: { enabled: false } }],
    ["ManagedSystemNodePool", { agentPoolProfiles: [{ name: "system", mode: "System", count: 3 }] }],
    ["UpgradeChannel", { autoUpgradeProfile: { upgradeChannel: "patch" } }],
    ["NodeOSUpgradeChannel", { autoUpgradeProfile: { nodeOSUpgradeChannel: "None" } }],
    ["DisableLocalAccounts", { disableLocalAccounts: false }],
    ["AzureRBAC", { aadProfile: { enableAzureRBAC: false } }],
    ["ImageCleaner", { securityProfile: { imageCleaner: { enabled: true, intervalHours: 24 } } }],
    ["AzurePolicy", { addonProfiles: { azurepolicy: { enabled: false } } }],
    ["NetworkDataplane", { networkProfile: { networkDataplane: "azure" } }],
    ["OutboundType", { networkProfile: { outboundType: "loadBalancer" } }],
  ])("with another value of %s than the recommended one", async (name, properties) => {
    expect(await put(properties)).toMatchObject(feature(name));
  });

  it("with all features that differ named at once", async () => {
    const answer = await put({ disableLocalAccounts: false, autoUpgradeProfile: { upgradeChannel: "none" } });
    expect(answer.message).toMatch(/'UpgradeChannel' feature .*; Managed cluster .* 'DisableLocalAccounts' feature/);
  });

  it("by an API version that does not know its system nodes", async () => {
    expect(await put({ hostedSystemProfile: { enabled: true } }, {}, "2025-09-01")).toMatchObject({
      status: 400,
      code: "UnmarshalError",
    });
  });
});

it("a cluster of the SKU Base has no managed system nodes", async () => {
  const answer = await put({ hostedSystemProfile: { enabled: true } }, { sku: { name: "Base", tier: "Standard" } });
  expect(answer).toMatchObject({ status: 400, code: "BadRequest" });
});

describe("in a network of the customer's", () => {
  it("names three different subnets of one network", async () => {
    const hosted = (more: object) => ({
      hostedSystemProfile: { ...inNetwork().hostedSystemProfile, ...more },
    });
    for (const [properties, message] of [
      [hosted({ systemNodeSubnetID: undefined }), "must be provided together with"],
      [{ apiServerAccessProfile: {} }, "must be provided together with"],
      [
        hosted({ systemNodeSubnetID: subnet("nodes") }),
        "systemNodeByoSubnetId and nodeByoSubnetId must be different subnets",
      ],
      [hosted({ systemNodeSubnetID: subnet("system", "other") }), "must belong to the same VNet"],
    ] as const) {
      const answer = await put(inNetwork(properties), userAssigned());
      expect(answer).toMatchObject({ status: 400, code: "InvalidParameter" });
      expect(answer.message).toContain(message);
    }
  });

  it("needs Network Contributor on the whole network, not on the subnets alone", async () => {
    for (const name of ["nodes", "system", "api"])
      await giveRole(environment.azure, subnet(name), control.principalId, networkContributor);
    const network = subnet("x").replace(/\/subnets\/x$/, "");
    const refused = await put(inNetwork(), userAssigned());
    expect(refused).toMatchObject({ status: 400, code: "ResourceMissingPermissionError" });
    expect(refused.message).toContain(network);
    await giveRole(environment.azure, network, control.principalId, networkContributor);
    expect(await put(inNetwork(), userAssigned())).toMatchObject({ status: 201 });
    await created();
    expect((await show()).properties).toMatchObject({
      networkProfile: { outboundType: "loadBalancer" },
      identityProfile: { kubeletidentity: { objectId: kubelet.principalId } },
    });
    await gone();
  });

  it.each(["nodeSubnetID", "systemNodeSubnetID"])(
    "does not place nodes in the API server's subnet: %s",
    async (key) => {
      const hosted = { ...inNetwork().hostedSystemProfile, [key]: subnet("api") };
      expect(await put(inNetwork({ hostedSystemProfile: hosted }), userAssigned())).toMatchObject({
        ...{ status: 400, code: "SubnetIsDelegated" },
        message: `AgentPoolProfile.VnetSubnetID ${subnet("api")} cannot be used as it's a delegated subnet. Please check https://aka.ms/adv-network-prerequest for more details.`,
      });
    },
  );

  it("goes out through a NAT gateway of both subnets of nodes", async () => {
    const networkProfile = { outboundType: "userAssignedNATGateway" };
    const refused = await put(inNetwork({ networkProfile }), userAssigned());
    expect(refused.message).toContain("has no NAT gateway associated");
  });
});
