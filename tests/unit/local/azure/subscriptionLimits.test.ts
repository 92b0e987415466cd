import {
  arm,
  armToken,
  type Answer,
  type Environment,
  raw,
  roleGuids,
  simulation,
  startWithGroup,
} from "./testAzure.ts";
import { giveRole, newIdentity, type Identity } from "./principals.ts";

let environment: Environment;
let group: string;
let control: Identity;
let kubelet: Identity;
let subscription: string;

beforeAll(async () => {
  ({ environment, group } = await startWithGroup());
  control = await newIdentity(environment.azure, "control");
  kubelet = await newIdentity(environment.azure, "kubelet");
  await giveRole(environment.azure, kubelet.id, control.principalId, roleGuids.managedIdentityOperator);
  subscription = `/subscriptions/${environment.azure.deployer.subscriptionId}`;
});
afterEach(() => simulation(environment.azure, "POST", "reset"));
afterAll(() => environment.stop());

const limit = (limits: object) => simulation(environment.azure, "PUT", "limits", limits);
const request = (method: string, id: string, version: string, body?: unknown) =>
  arm(environment.azure, method, id, version, body);
const list = async (path: string, version: string, query = "") => {
  const answer = await raw(environment.azure, `${subscription}/providers/${path}?api-version=${version}${query}`, {
    token: await armToken(environment.azure),
  });
  return (answer.body as { value: Record<string, unknown>[] }).value;
};

const pool = (changes: object = {}) => ({
  name: "system",
  mode: "System",
  count: 2,
  vmSize: "Standard_D4s_v5",
  ...changes,
});
const cluster = (name: string, profile: object = pool()): Promise<Answer> =>
  request("PUT", `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`, "2025-09-01", {
    location: "swedencentral",
    identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
    properties: {
      dnsPrefix: name,
      identityProfile: { kubeletidentity: { resourceId: kubelet.id } },
      agentPoolProfiles: [profile],
    },
  });

describe("vCPU quota", () => {
  it("refuses a cluster whose nodes exceed the quota of their family", async () => {
    await limit({ vcpus: { standardDSv5Family: 6 } });
    expect(await cluster("one")).toMatchObject({
      status: 400,
      code: "ErrCode_InsufficientVCPUQuota",
      message: expect.stringMatching(
        /^Insufficient vcpu quota requested 8, remaining 6 for family standardDSv5Family for region swedencentral\. /,
      ) as string,
    });
  });

  it("counts what the subscription has in the region, and the growth of a pool only", async () => {
    await limit({ vcpus: { standardDSv5Family: 12 } });
    expect((await cluster("two")).status).toBe(201);
    const usages = await list("Microsoft.Compute/locations/swedencentral/usages", "2024-07-01");
    expect(usages).toContainEqual(
      expect.objectContaining({
        limit: 12,
        currentValue: 8,
        name: expect.objectContaining({ value: "standardDSv5Family" }) as unknown,
      }),
    );
    const pools = `${group}/providers/Microsoft.ContainerService/managedClusters/two/agentPools`;
    const apps = { properties: { mode: "User", count: 2, vmSize: "Standard_D4s_v5" } };
    expect(await request("PUT", `${pools}/apps`, "2025-09-01", apps)).toMatchObject({
      code: "ErrCode_InsufficientVCPUQuota",
      message: expect.stringContaining("requested 8, remaining 4") as string,
    });
    const spot = { properties: { ...apps.properties, scaleSetPriority: "Spot" } };
    expect((await request("PUT", `${pools}/spot`, "2025-09-01", spot)).status).toBe(201);
  });

  it("limits all families of the region together", async () => {
    await limit({ vcpus: { cores: 4 } });
    expect(await cluster("three")).toMatchObject({
      code: "ErrCode_InsufficientVCPUQuota",
      message: expect.stringContaining("Insufficient regional vcpu quota requested 8") as string,
    });
  });
});

it("refuses one more cluster than the quota of managed clusters allows, and shows quota and usage", async () => {
  await limit({ clusters: 0 });
  expect(await cluster("four")).toMatchObject({
    code: "ManagedClusterCountExceedsQuotaLimit",
    message: expect.stringContaining("Maximum allowed: 0, Current usage: 1, Additional requested: 1.") as string,
  });
  const at = "Microsoft.ContainerService/locations/swedencentral/providers/Microsoft.Quota";
  expect(await list(`${at}/quotas`, "2025-03-01")).toMatchObject([{ properties: { limit: { value: 0 } } }]);
  expect(await list(`${at}/usages`, "2025-03-01")).toMatchObject([{ properties: { usages: { value: 1 } } }]);
});

describe("sizes", () => {
  it.each([
    ["that Azure does not have", "Standard_M8", {}],
    ["that this subscription may not have", "Standard_D4s_v5", { sizes: { Standard_D4s_v5: false } }],
  ])("%s are refused", async (_, vmSize, limits) => {
    await limit(limits);
    expect(await cluster("five", pool({ vmSize }))).toMatchObject({
      status: 400,
      code: "BadRequest",
      message: expect.stringMatching(
        new RegExp(
          `^The VM size of ${vmSize} is not allowed in your subscription in location 'swedencentral'\\. The available`,
        ),
      ) as string,
    });
  });

  it("are refused in zones in which this subscription may not use them, which the list of sizes shows", async () => {
    await limit({ sizes: { Standard_D4s_v5: ["3"] } });
    expect(await cluster("six", pool({ availabilityZones: ["1", "3"] }))).toMatchObject({
      code: "AvailabilityZoneNotSupported",
      message:
        "Preflight validation check for resource(s) for container service six in resource group rg failed. Message: The zone(s) '1' " +
        "for resource 'system' is not supported. The supported zones for location 'swedencentral' are '3'",
    });
    const skus = await list("Microsoft.Compute/skus", "2021-07-01", "&$filter=location eq 'swedencentral'");
    expect(skus.find(({ name }) => name === "Standard_D4s_v5")).toMatchObject({
      family: "standardDSv5Family",
      locationInfo: [{ location: "swedencentral", zones: ["1", "2", "3"] }],
      restrictions: [
        { type: "Zone", restrictionInfo: { zones: ["1", "2"] }, reasonCode: "NotAvailableForSubscription" },
      ],
    });
  });
});

it("refuses resources of a provider that is not registered, until it is", async () => {
  await limit({ unregistered: ["Microsoft.ContainerService"] });
  const provider = `${subscription}/providers/Microsoft.ContainerService`;
  expect(await request("GET", provider, "2022-09-01")).toMatchObject({ registrationState: "NotRegistered" });
  expect(await cluster("seven")).toMatchObject({
    status: 409,
    code: "MissingSubscriptionRegistration",
    message:
      "The subscription is not registered to use namespace 'Microsoft.ContainerService'. See https://aka.ms/rps-not-found for how to register subscriptions.",
  });
  await request("POST", `${provider}/register`, "2022-09-01");
  expect(await request("GET", provider, "2022-09-01")).toMatchObject({ registrationState: "Registered" });
});

it("keeps a deleted vault's name until the vault is purged", async () => {
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/keys-once`;
  const body = {
    location: "swedencentral",
    properties: { tenantId: environment.azure.deployer.tenantId, sku: { family: "A", name: "standard" } },
  };
  expect((await request("PUT", vault, "2024-11-01", body)).status).toBe(201);
  expect((await request("DELETE", vault, "2024-11-01")).status).toBe(200);
  expect(await list("Microsoft.KeyVault/deletedVaults", "2024-11-01")).toMatchObject([{ name: "keys-once" }]);
  expect(await request("PUT", vault, "2024-11-01", body)).toMatchObject({
    status: 409,
    code: "ConflictError",
    message: expect.stringContaining("already exists in deleted state") as string,
  });
  const check = `${subscription}/providers/Microsoft.KeyVault/checkNameAvailability`;
  const asked = { name: "keys-once", type: "Microsoft.KeyVault/vaults" };
  expect(await request("POST", check, "2024-11-01", asked)).toMatchObject({ nameAvailable: false });
  const deleted = `${subscription}/providers/Microsoft.KeyVault/locations/swedencentral/deletedVaults/keys-once`;
  expect((await request("POST", `${deleted}/purge`, "2024-11-01")).status).toBe(200);
  expect(await request("POST", check, "2024-11-01", asked)).toMatchObject({ nameAvailable: true });
});

describe("policies", () => {
  const policy = {
    name: "Subnets need a security group",
    effect: "Deny",
    type: "Microsoft.Network/virtualNetworks/subnets",
    property: "properties.networkSecurityGroup",
    value: null,
  };
  const subnet = { type: policy.type, properties: { addressPrefix: "10.1.0.0/24" } };
  const restrictions = () =>
    request("POST", `${subscription}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`, "2024-10-01", {
      resourceDetails: { resourceContent: subnet, apiVersion: "2024-05-01" },
    }) as Promise<Answer & { contentEvaluationResult: { policyEvaluations: object[] } }>;

  it("refuse what they deny, and say so beforehand", async () => {
    await limit({ policies: [policy] });
    expect((await restrictions()).contentEvaluationResult.policyEvaluations).toMatchObject([
      { evaluationResult: "NonCompliant", effectDetails: { policyEffect: "Deny" } },
    ]);
    const network = `${group}/providers/Microsoft.Network/virtualNetworks/net`;
    const space = { location: "swedencentral", properties: { addressSpace: { addressPrefixes: ["10.1.0.0/16"] } } };
    await request("PUT", network, "2024-05-01", space);
    expect(await request("PUT", `${network}/subnets/nodes`, "2024-05-01", subnet)).toMatchObject({
      status: 403,
      code: "RequestDisallowedByPolicy",
      message: expect.stringMatching(/^Resource 'nodes' was disallowed by policy\. Policy identifiers: /) as string,
    });
  });

  it("of a management group are listed, but not evaluated beforehand", async () => {
    await limit({ policies: [{ ...policy, managementGroup: "corp" }] });
    expect((await restrictions()).contentEvaluationResult.policyEvaluations).toEqual([]);
    expect(await list("Microsoft.Authorization/policyAssignments", "2023-04-01")).toMatchObject([
      { properties: { scope: "/providers/Microsoft.Management/managementGroups/corp" } },
    ]);
  });
});

it.each([
  ["an unknown limit", { cpus: {} }, "'cpus' is not a limit"],
  ["a malformed limit", { vcpus: { cores: "many" } }, "vcpus is malformed"],
  ["a malformed policy", { policies: [{ name: "x" }] }, "policies is malformed"],
])("the control API refuses %s", async (_, limits, message) => {
  await expect(limit(limits)).rejects.toThrow(message);
});
