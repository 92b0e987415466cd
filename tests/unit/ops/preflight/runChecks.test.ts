/** The checks of the preflight on the simulated Azure. Each has cases that pass and cases that fail. */
import { readSettings } from "../../../../settings/readSettings.ts";
import { roles } from "../../../../components/azure/builtInRoles.ts";
import { onlyTheseRoles } from "../../../../bootstrap/roleConditions.ts";
import { AzureRefused, type ResourceReader, resourceReader } from "../../../../ops/azure/resourceReader.ts";
import { CouldNotRun } from "../../../../ops/couldNotRun.ts";
import { callerRights } from "../../../../ops/preflight/callerRights.ts";
import { registryRights } from "../../../../ops/preflight/checks/registryRights.ts";
import { usedApis } from "../../../../ops/preflight/checks/deprecatedApis.ts";
import { everyCheck } from "../../../../ops/preflight/everyCheck.ts";
import { existingStack } from "../../../../ops/preflight/existingStack.ts";
import { plannedStack, type PlannedName } from "../../../../ops/preflight/plannedStack.ts";
import { exitCodeOf, type Found, preflight } from "../../../../ops/preflight/runChecks.ts";
import { preflightLines, preflightSummary } from "../../../../ops/preflight/preflightText.ts";
import type { Questions } from "../../../../ops/preflight/preflightCheck.ts";
import { vmFamilies, vmSizes } from "../../../../local/azure/compute/vmSizes.ts";
import { giveRole, type Identity, newIdentity } from "../../local/azure/principals.ts";
import { arm, clients, type Environment, roleGuids, simulation, startWithGroup } from "../../local/azure/testAzure.ts";

let environment: Environment;
let group: string;
let subscription: string;

beforeAll(async () => {
  ({ environment, group } = await startWithGroup());
  subscription = `/subscriptions/${environment.azure.deployer.subscriptionId}`;
});
afterEach(() => simulation(environment.azure, "POST", "reset"));
afterAll(() => environment.stop());

interface Case {
  settings?: Record<string, string>;
  names?: PlannedName[];
  metrics?: string;
  as?: { clientId: string; clientSecret: string; objectId: string };
  azure?: ResourceReader;
}

/** The outcomes of one check for a stack with these settings. */
async function check(name: string, wanted: Case = {}): Promise<Found[]> {
  const { settings = {}, names = [], as = environment.azure.deployer } = wanted;
  const azure =
    wanted.azure ??
    resourceReader({
      credential: clients(environment.azure, as).credential,
      subscription: environment.azure.deployer.subscriptionId,
      endpoint: environment.azure.endpoint,
      scopes: [`${environment.azure.endpoint}/.default`],
    });
  const read = readSettings("dev", { location: "swedencentral", ...settings });
  const planned = plannedStack("dev", read, environment.azure.deployer.subscriptionId);
  const plan = { ...planned, names: [...planned.names, ...names] };
  const questions: Questions = {
    azure,
    subscription,
    rights: callerRights(azure, as.objectId),
    existing: () => existingStack(azure, subscription, plan),
    clusterMetrics: () =>
      wanted.metrics === undefined
        ? Promise.reject(new CouldNotRun("the cluster does not answer"))
        : Promise.resolve(wanted.metrics),
  };
  const checks = everyCheck.filter((one) => one.name === name);
  if (checks.length !== 1) throw new Error(`there is no check "${name}"`);
  return preflight(plan, questions, checks);
}

const limit = (limits: object) => simulation(environment.azure, "PUT", "limits", limits);
const request = (method: string, id: string, version: string, body?: unknown) =>
  arm(environment.azure, method, id, version, body);
const states = (found: readonly Found[]) => found.map(({ state }) => state);

/** A service principal with these roles on the subscription, each with an optional condition. */
async function deployerWith(...given: [role: string, condition?: string][]) {
  const made = (await simulation(environment.azure, "POST", "servicePrincipals", { displayName: "ci" })) as NonNullable<
    Case["as"]
  >;
  for (const [role, condition] of given)
    await giveRole(environment.azure, subscription, made.objectId, role, condition);
  return made;
}
const userAccessAdministrator = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";

const pools = (vmSize: string, zones: string[] = []) => ({
  userPools: JSON.stringify({ apps: { vmSize, minCount: 1, maxCount: 3, zones } }),
});

describe("create-rights", () => {
  it("passes for an identity that may create everything", async () => {
    expect(states(await check("create-rights"))).toEqual(["ok"]);
  });

  it("names each action that is missing", async () => {
    const [found] = await check("create-rights", { as: await deployerWith([roleGuids.reader]) });
    expect(found).toMatchObject({ state: "problem" });
    expect(found?.what).toContain("Microsoft.ContainerService/managedClusters/write");
    expect(found?.fix).toMatch(
      /^az role assignment create --assignee [0-9a-f-]+ --role Contributor --scope \/subscriptions\//,
    );
  });

  it("names the role to activate if the right is only eligible", async () => {
    const as = await deployerWith([roleGuids.reader]);
    await limit({ eligibleRoles: [{ principalId: as.objectId, role: roleGuids.contributor }] });
    const [found] = await check("create-rights", { as });
    expect(found).toMatchObject({ state: "problem" });
    expect(found?.what).toMatch(/^allowed only after the role Contributor is activated: /);
    expect(found?.fix).toContain('"requestType":"SelfActivate"');
  });
});

describe("registry-rights", () => {
  const existing = { existingRegistry: "corpimages", existingRegistryGroup: "shared" };
  const building = { ...existing, buildWith: "acr" };
  const registryId = () =>
    `${subscription}/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/corpimages`;
  const tasksContributor = "fb382eab-e894-4461-af04-94435c366c3f";

  it("passes for an identity that may build in the existing registry, and for a role on that alone", async () => {
    expect(states(await check("registry-rights", { settings: building }))).toEqual(["ok"]);
    const as = await deployerWith([roleGuids.reader]);
    const refused = await check("registry-rights", { as, settings: building });
    expect(refused.map(({ what }) => what)).toEqual(
      // A reader may follow runs.
      ["listBuildSourceUploadUrl", "scheduleRun"].map(
        (action) => `not allowed on ${registryId()}: Microsoft.ContainerRegistry/registries/${action}/action`,
      ),
    );
    expect(refused[0]?.fix).toBe(
      `az role assignment create --assignee ${as.objectId} --role "Container Registry Tasks Contributor" --scope ${registryId()}`,
    );
    // What the fix does. The simulated registry is not needed to ask for rights on it.
    await giveRole(environment.azure, subscription, as.objectId, tasksContributor);
    expect(states(await check("registry-rights", { as, settings: building }))).toEqual(["ok"]);
  });

  it("checks the right to import if an image comes from another registry", async () => {
    const importFrom = `${subscription}/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/source`;
    const image = `source.azurecr.io/hello:1@sha256:${"a".repeat(64)}`;
    const settings = { ...existing, importFrom, image };
    expect(states(await check("registry-rights", { settings }))).toEqual(["ok", "ok"]);
    const found = await check("registry-rights", { settings, as: await deployerWith([roleGuids.reader]) });
    expect(found).toMatchObject([
      {
        state: "problem",
        what: `not allowed on ${registryId()}: Microsoft.ContainerRegistry/registries/importImage/action`,
        fix: expect.stringContaining('--role "Container Registry Data Importer and Data Reader"') as string,
      },
      // A reader may read the source.
      { state: "ok", what: `has the rights that the stack needs on ${importFrom}` },
    ]);
    const stranger = await deployerWith();
    expect(await check("registry-rights", { settings: { importFrom, image }, as: stranger })).toMatchObject([
      {
        state: "unknown",
        what: `Azure does not show this identity the rights on ${importFrom}: AuthorizationFailed`,
        fix: `az role assignment create --assignee ${stranger.objectId} --role Reader --scope ${importFrom}`,
      },
    ]);
  });

  it("names the role to activate if the right is only eligible", async () => {
    const as = await deployerWith([roleGuids.reader]);
    await limit({ eligibleRoles: [{ principalId: as.objectId, role: tasksContributor }] });
    const found = await check("registry-rights", { as, settings: building });
    expect(states(found)).toEqual(["problem", "problem"]);
    expect(found[0]?.what).toMatch(/ only after the role Container Registry Tasks Contributor is activated: /);
  });

  it("does not know what a condition decides that it cannot read, nor what Azure does not answer", async () => {
    const may = () => Promise.resolve({ answer: "unknown", why: "the condition cannot be evaluated" } as const);
    const plan = plannedStack("dev", readSettings("dev", { location: "swedencentral", ...building }), "id");
    const found = await registryRights.run(plan, { rights: { objectId: "o", may } } as unknown as Questions);
    expect(found).toHaveLength(3);
    expect(found[0]).toMatchObject({
      ...{ state: "unknown", what: expect.stringContaining("the condition cannot be evaluated") as string },
      fix: expect.stringContaining('--role "Container Registry Tasks Contributor"') as string,
    });
    const azure: ResourceReader = {
      get: () => Promise.reject(new AzureRefused(500, "InternalServerError", "no")),
      list: () => Promise.reject(new AzureRefused(500, "InternalServerError", "no")),
      ask: () => Promise.reject(new AzureRefused(500, "InternalServerError", "no")),
    };
    expect(await check("registry-rights", { azure, settings: building })).toMatchObject([
      { state: "unknown", what: "Azure does not say: InternalServerError: no" },
    ]);
  });

  it("is not asked for a registry in which the stack does nothing", () => {
    const uses = (settings: Record<string, string>) =>
      plannedStack("dev", readSettings("dev", { location: "swedencentral", ...settings }), "id").uses;
    expect([uses({}), uses(existing), uses({ buildWith: "acr" })]).toEqual([[], [], []]);
  });
});

describe("role-assignments", () => {
  it("passes for an owner", async () => {
    expect(await check("role-assignments")).toMatchObject([
      { state: "ok", what: expect.stringContaining("Managed Identity Operator") as string },
    ]);
  });

  it("names each role that a condition does not let the identity grant", async () => {
    const condition = onlyTheseRoles([roles.managedIdentityOperator, roles.aksRbacClusterAdmin]);
    const as = await deployerWith([roleGuids.contributor], [userAccessAdministrator, condition]);
    const found = await check("role-assignments", { as, settings: { registryRoleMode: "classic" } });
    expect(found.map(({ state, what }) => [state, what])).toEqual([
      ["problem", `may not grant AcrPull on ${subscription}`],
      ["problem", `may not grant Container Registry Repository Reader on ${subscription}`],
    ]);
  });

  it("passes if a condition allows exactly the roles that the stack grants", async () => {
    const pulls = [roles.acrPull, roles.containerRegistryRepositoryReader];
    const condition = onlyTheseRoles([...pulls, roles.managedIdentityOperator, roles.aksRbacClusterAdmin]);
    const as = await deployerWith([roleGuids.contributor], [userAccessAdministrator, condition]);
    expect(states(await check("role-assignments", { as, settings: { registryRoleMode: "classic" } }))).toEqual(["ok"]);
  });

  it("names the role to activate", async () => {
    const as = await deployerWith([roleGuids.contributor]);
    await limit({ eligibleRoles: [{ principalId: as.objectId, role: userAccessAdministrator }] });
    const found = await check("role-assignments", { as });
    expect(new Set(states(found))).toEqual(new Set(["problem"]));
    expect(found[0]?.what).toMatch(/only after the role User Access Administrator is activated$/);
    expect(found[0]?.fix).toContain("roleAssignmentScheduleRequests");
  });

  it("has no answer without the right to read role assignments", async () => {
    const as = await deployerWith();
    expect(await check("role-assignments", { as })).toMatchObject([
      { state: "unknown", what: expect.stringContaining("AuthorizationFailed") as string },
    ]);
  });

  it("checks existing subnets, unless the network team grants the roles", async () => {
    const nodeSubnetId = `${group}/providers/Microsoft.Network/virtualNetworks/hub/subnets/nodes`;
    const as = await deployerWith([roleGuids.reader]);
    const grants = async (settings: Record<string, string>) =>
      (await check("role-assignments", { as, settings: { nodeSubnetId, ...settings } })).map(({ what }) => what);
    const onSubnet = `may not grant Network Contributor on ${nodeSubnetId}`;
    expect(await grants({})).toContain(onSubnet);
    expect(await grants({ assignNetworkRoles: "false" })).not.toContain(onSubnet);
  });

  it("checks what AKS Automatic needs: no identities in a network that AKS creates, and the whole of an existing network", async () => {
    const as = await deployerWith([roleGuids.reader]);
    const network = `${group}/providers/Microsoft.Network/virtualNetworks/hub`;
    const subnets = {
      nodeSubnetId: `${network}/subnets/nodes`,
      apiServerSubnetId: `${network}/subnets/api`,
      systemNodeSubnetId: `${network}/subnets/system`,
    };
    const grants = async (settings: Record<string, string>) =>
      (await check("role-assignments", { as, settings: { clusterMode: "automatic", ...settings } })).map(
        ({ what }) => what,
      );
    const operator = expect.stringContaining("Managed Identity Operator") as string;
    expect(await grants({})).not.toContainEqual(operator);
    const found = await grants(subnets);
    expect(found).toContainEqual(operator);
    expect(found).toContain(`may not grant Network Contributor on ${network}`);
  });

  it("checks the registry if the stack uses an existing one", async () => {
    const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/shared1`;
    await request("PUT", registry, "2023-07-01", { location: "swedencentral", sku: { name: "Basic" } });
    const as = await deployerWith([roleGuids.reader]);
    const settings = { existingRegistry: "shared1", existingRegistryGroup: "rg" };
    const found = await check("role-assignments", { as, settings });
    expect(found.map(({ what }) => what)).toContain(`may not grant AcrPull on ${registry}`);
  });
});

describe("providers", () => {
  it("passes when all are registered", async () => {
    expect(states(await check("providers"))).toEqual(["ok"]);
  });

  it("knows which ones the deployment registers itself, and whether it may", async () => {
    await limit({ unregistered: ["Microsoft.ContainerService", "Microsoft.Compute"] });
    expect(await check("providers")).toMatchObject([
      { state: "ok", what: "Microsoft.ContainerService is not registered yet: the deployment registers it itself" },
      {
        state: "problem",
        what: "Microsoft.Compute is not registered, and no deployment registers it",
        fix: "az provider register --namespace Microsoft.Compute --wait",
      },
    ]);
    const found = await check("providers", { as: await deployerWith([roleGuids.reader]) });
    expect(states(found)).toEqual(["problem", "problem"]);
  });
});

describe("vm-sizes", () => {
  it("passes for sizes that are offered in their zones", async () => {
    expect(states(await check("vm-sizes", { settings: pools("Standard_D4s_v5", ["1", "2", "3"]) }))).toEqual([
      "ok",
      "ok",
    ]);
  });

  it("names a size that the region lacks or the subscription may not use, and similar ones", async () => {
    await limit({ sizes: { Standard_D4s_v5: false } });
    const [, apps] = await check("vm-sizes", { settings: pools("Standard_D4s_v5") });
    expect(apps).toMatchObject({
      state: "problem",
      what: 'pool "apps": Standard_D4s_v5: this subscription may not have it there (NotAvailableForSubscription)',
    });
    expect(apps?.fix).toMatch(/^set userPools\.apps\.vmSize to Standard_D4\w+ or /);
    const [, unheard] = await check("vm-sizes", { settings: pools("Standard_M8") });
    expect(unheard?.what).toBe('pool "apps": Standard_M8: swedencentral does not offer it');
  });

  it("names the zones that are closed to the subscription", async () => {
    await limit({ sizes: { Standard_D4s_v5: ["3"] } });
    const [, apps] = await check("vm-sizes", { settings: pools("Standard_D4s_v5", ["1", "2", "3"]) });
    expect(apps?.what).toBe('pool "apps": Standard_D4s_v5 is not offered to this subscription in the zones 1, 2');
    expect(apps?.fix).toContain('set userPools.apps.zones to ["3"]');
  });
});

describe("node-auto-provisioning", () => {
  const automatic = { clusterMode: "automatic" };
  const families = (vcpus: number) => Object.fromEntries(vmFamilies.map((family) => [family, vcpus] as const));

  it("passes if a family that AKS may choose has room, and is skipped in the other mode", async () => {
    expect(await check("node-auto-provisioning", { settings: automatic })).toMatchObject([
      { state: "ok", what: expect.stringMatching(/^8 vCPUs for the first nodes are free in swedencentral/) as string },
    ]);
    expect(await check("node-auto-provisioning")).toEqual([]);
    expect(await check("vcpu-quota", { settings: automatic })).toEqual([]);
  });

  it("names each quota that is too small, with the command that raises it", async () => {
    await limit({ vcpus: { ...families(4), cores: 6 } });
    const found = await check("node-auto-provisioning", { settings: automatic });
    expect(states(found)).toEqual(["problem", "problem"]);
    expect(found[0]?.what).toBe(
      "the first two nodes of AKS Automatic need 8 vCPUs, and 6 of cores are free in swedencentral",
    );
    expect(found[0]?.fix).toContain("--limit-object value=8 ");
    expect(found[1]?.what).toMatch(/and 4 of \S+Family are free/);
  });

  it("does not count Arm sizes, or sizes that the subscription may not use", async () => {
    const intel = vmSizes.filter(({ name, vcpus }) => /^Standard_D4(?!p)/.test(name) && vcpus === 4);
    await limit({ sizes: Object.fromEntries(intel.map(({ name }) => [name, false])) });
    const [found] = await check("node-auto-provisioning", { settings: automatic });
    expect(found?.what).toMatch(/^swedencentral offers this subscription no size of the D family with 4 vCPUs/);
  });
});

describe("vcpu-quota", () => {
  const settings = { nodeSize: "Standard_D4s_v5", nodeCount: "2", ...pools("Standard_D4s_v5") };

  it("passes when everything fits, families and region", async () => {
    const found = await check("vcpu-quota", { settings });
    expect(found.map(({ state, what }) => [state, what])).toEqual([
      ["ok", "Standard DSv5 Family vCPUs in swedencentral: 28 needed at most, 350 of 350 free"],
      ["ok", "Total Regional vCPUs in swedencentral: 28 needed at most, 350 of 350 free"],
    ]);
  });

  it("counts the autoscaler's maximum and the nodes that an upgrade adds", async () => {
    await limit({ vcpus: { standardDSv5Family: 20 } });
    const [family] = await check("vcpu-quota", { settings });
    expect(family).toMatchObject({
      state: "problem",
      what: "Standard DSv5 Family vCPUs in swedencentral: the first deployment's 12 fit, but 28 with the autoscaler's maximum and an upgrade do not; 20 of 20 are free",
    });
    expect(family?.fix).toContain("az quota update --resource-name standardDSv5Family --scope ");
    expect(family?.fix).toContain("--limit-object value=28");
  });

  it("says when not even the first deployment fits", async () => {
    await limit({ vcpus: { cores: 10 } });
    const [, region] = await check("vcpu-quota", { settings });
    expect(region?.what).toContain("the first deployment needs 12, and 28 with");
  });
});

describe("cluster-quota", () => {
  it("passes while there is room", async () => {
    expect(await check("cluster-quota")).toMatchObject([{ state: "ok", what: "0 of 100 clusters in swedencentral" }]);
  });

  it("names the full region", async () => {
    await limit({ clusters: 0 });
    const [found] = await check("cluster-quota");
    expect(found).toMatchObject({ state: "problem", what: "swedencentral has 0 of 0 clusters: no room for one more" });
    expect(found?.fix).toContain("az quota update --resource-name ManagedClusters");
  });
});

describe("names", () => {
  it("passes for free names", async () => {
    expect(await check("names", { settings: { registryName: "tarmacfree" } })).toMatchObject([{ state: "ok" }]);
  });

  it("names what somebody else already has", async () => {
    await limit({ takenNames: ["tarmactaken", "tarmacstate"] });
    const names: PlannedName[] = [{ kind: "storage", name: "tarmacstate", setting: "--name" }];
    expect(await check("names", { settings: { registryName: "tarmactaken" }, names })).toMatchObject([
      { state: "problem", fix: "use another name: registryName" },
      { state: "problem", fix: "use another name: --name" },
    ]);
  });

  it("recognizes a vault that was deleted and not purged, and says how to free its name", async () => {
    const vault = `${group}/providers/Microsoft.KeyVault/vaults/tarmac-keys`;
    const tenantId = environment.azure.deployer.tenantId;
    const properties = { tenantId, sku: { family: "A", name: "standard" } };
    await request("PUT", vault, "2023-07-01", { location: "swedencentral", properties });
    await request("DELETE", vault, "2023-07-01");
    const names: PlannedName[] = [{ kind: "vault", name: "tarmac-keys", setting: "--name" }];
    const [found] = await check("names", { names });
    expect(found).toMatchObject({ state: "problem" });
    expect(found?.fix).toMatch(/^az keyvault purge --name tarmac-keys --location swedencentral, or recover it/);
  });
});

describe("policies", () => {
  const policy = {
    name: "Registries are private",
    effect: "Deny",
    type: "Microsoft.ContainerRegistry/registries",
    property: "properties.publicNetworkAccess",
    value: "Enabled",
  };

  it("passes without policies, and with those that only audit", async () => {
    await limit({ policies: [{ ...policy, effect: "Audit" }] });
    expect(states(await check("policies"))).toEqual(["ok"]);
  });

  it("names the policy that denies, and the property that it checks", async () => {
    await limit({ policies: [policy] });
    const [found] = await check("policies");
    expect(found).toMatchObject({
      state: "problem",
      what: 'the policy "Registries are private" denies Microsoft.ContainerRegistry/registries: properties.publicNetworkAccess Equals "Enabled"',
    });
    expect(found?.fix).toContain("az policy exemption create");
  });

  it("leaves the answer open for policies of management groups", async () => {
    await limit({ policies: [{ ...policy, managementGroup: "corp" }] });
    expect(await check("policies")).toMatchObject([
      {
        state: "unknown",
        what: "Azure does not evaluate policies of management groups beforehand: Registries are private",
      },
    ]);
  });
});

describe("address-ranges", () => {
  const settings = { ownNetwork: "true" };
  const networks = (value: object[]): ResourceReader => ({
    get: () => Promise.reject(new AzureRefused(404, "NotFound", "nothing else is asked")),
    ask: () => Promise.reject(new AzureRefused(404, "NotFound", "nothing else is asked")),
    list: <T>(path: string) => Promise.resolve((path.endsWith("virtualNetworks") ? value : []) as T[]),
  });
  const hub = (prefix: string, peerings: object[]) => ({
    id: `${group}/providers/Microsoft.Network/virtualNetworks/hub`,
    name: "hub",
    properties: { addressSpace: { addressPrefixes: [prefix] }, virtualNetworkPeerings: peerings },
  });
  const peering = {
    properties: {
      remoteVirtualNetwork: {
        id: "/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/virtualNetworks/office",
      },
      remoteAddressSpace: { addressPrefixes: ["10.0.0.0/16"] },
    },
  };

  it("passes beside networks without peering, and peered ones with other ranges", async () => {
    expect(states(await check("address-ranges", { settings, azure: networks([hub("10.224.0.0/16", [])]) }))).toEqual([
      "ok",
    ]);
    const elsewhere = networks([hub("10.9.0.0/16", [{ properties: {} }])]);
    expect(states(await check("address-ranges", { settings, azure: elsewhere }))).toEqual(["ok"]);
  });

  it("names an existing network that the nodes join, peered or not", async () => {
    const joined = hub("10.240.0.0/12", []);
    const reader: ResourceReader = { ...networks([]), get: <T>() => Promise.resolve(joined as T) };
    const nodeSubnetId = `${joined.id}/subnets/nodes`;
    const found = await check("address-ranges", { settings: { nodeSubnetId }, azure: reader });
    expect(found.map(({ state, what }) => [state, what])).toEqual([
      ["problem", "podRange 10.244.0.0/16 overlaps hub (10.240.0.0/12)"],
    ]);
  });

  it("names peered networks, on either side of the peering, and a free range", async () => {
    const found = await check("address-ranges", { settings, azure: networks([hub("10.224.0.0/12", [peering])]) });
    expect(found.map(({ what, fix }) => [what, fix])).toEqual([
      ["networkRange 10.224.0.0/16 overlaps hub (10.224.0.0/12)", "set networkRange to 10.1.0.0/16"],
      ["serviceRange 10.0.0.0/16 overlaps office (10.0.0.0/16)", "set serviceRange to 10.1.0.0/16"],
    ]);
  });
});

describe("an existing cluster", () => {
  let control: Identity;
  const version = (major: number) => ({ kubernetesVersion: `1.${major}` });
  const metrics = [
    "# TYPE apiserver_requested_deprecated_apis gauge",
    'apiserver_requested_deprecated_apis{group="flowcontrol.apiserver.k8s.io",removed_release="1.36",resource="flowschemas",subresource="",version="v1beta3"} 1',
    'apiserver_requested_deprecated_apis{group="flowcontrol.apiserver.k8s.io",removed_release="1.36",resource="flowschemas",subresource="status",version="v1beta3"} 1',
    'apiserver_requested_deprecated_apis{group="",removed_release="",resource="componentstatuses",subresource="",version="v1"} 1',
  ].join("\n");

  beforeAll(async () => {
    control = await newIdentity(environment.azure, "control");
    const cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/hello`;
    const made = await request("PUT", cluster, "2025-09-01", {
      location: "swedencentral",
      tags: { "managed-by": "tarmac", app: "hello", stack: "dev" },
      identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
      properties: {
        dnsPrefix: "hello",
        kubernetesVersion: "1.35",
        agentPoolProfiles: [{ name: "system", mode: "System", count: 2, vmSize: "Standard_D4s_v5" }],
      },
    });
    expect(made.status).toBe(201);
  });

  it("counts its nodes as the stack's own, and needs no second cluster", async () => {
    await limit({ vcpus: { standardDSv5Family: 12 }, clusters: 1 });
    const settings = { nodeSize: "Standard_D4s_v5", nodeCount: "2" };
    expect(await check("vcpu-quota", { settings })).toMatchObject([
      { state: "ok", what: "Standard DSv5 Family vCPUs in swedencentral: 12 needed at most, 12 of 12 free" },
      { state: "ok" },
    ]);
    expect(states(await check("cluster-quota"))).toEqual(["ok"]);
  });

  it("is upgraded by one minor version at a time, to versions that the region offers", async () => {
    expect(states(await check("kubernetes-version", { settings: version(36) }))).toEqual(["ok"]);
    expect(
      await check("kubernetes-version", { settings: { kubernetesVersion: "1.36.29", upgradeChannel: "none" } }),
    ).toMatchObject([{ state: "problem", fix: 'set kubernetesVersion to "1.36", which always has the newest patch' }]);
    expect(await check("kubernetes-version", { settings: version(37) })).toMatchObject([{ state: "problem" }]);
  });

  it("names used APIs that the new version removes, once each", async () => {
    const found = await check("deprecated-apis", { settings: version(36), metrics });
    expect(found.map(({ state, what }) => [state, what])).toEqual([
      ["problem", "flowcontrol.apiserver.k8s.io/v1beta3 flowschemas was used, and Kubernetes 1.36 removes it"],
    ]);
    expect(usedApis(metrics)).toHaveLength(1);
  });

  it("passes without an upgrade or without such use, and has no answer if the cluster cannot be read", async () => {
    expect(states(await check("deprecated-apis", { settings: version(35), metrics }))).toEqual(["ok"]);
    expect(states(await check("deprecated-apis", { settings: version(36), metrics: "" }))).toEqual(["ok"]);
    expect(await check("deprecated-apis", { settings: version(36) })).toMatchObject([
      { state: "unknown", what: "the cluster does not answer" },
    ]);
  });
});

describe("the result", () => {
  const found: Found[] = [
    { check: "vm-sizes", state: "ok", what: "offered" },
    { check: "names", state: "unknown", what: "no answer", fix: "try again" },
  ];
  const worse: Found[] = [...found, { check: "names", state: "problem", what: "taken", fix: "use another" }];

  it("is never a pass with an open question", () => {
    expect([found.slice(0, 1), found, worse].map(exitCodeOf)).toEqual([0, 2, 1]);
    expect([found.slice(0, 1), found, worse].map(preflightSummary)).toEqual([
      "Azure would refuse nothing",
      "1 without an answer",
      "1 problem, 1 without an answer",
    ]);
  });

  it("shows each finding with its fix", () => {
    expect(preflightLines(worse, false)).toEqual([
      "  unknown  names  no answer",
      "                  fix: try again",
      "  PROBLEM  names  taken",
      "                  fix: use another",
    ]);
  });
});

it("checks nothing in Azure for a stack on an existing cluster and another registry", () => {
  const settings = readSettings("dev", {
    kubeContext: "company",
    kubeconfig:
      "clusters: [{name: c, cluster: {server: https://c}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: company, context: {cluster: c, user: u}}]",
    registryServer: "registry.example.com",
    location: "swedencentral",
  });
  const plan = plannedStack("dev", settings, "id");
  expect(everyCheck.filter((one) => one.applies(plan)).map(({ name }) => name)).toEqual([]);
});

it("checks a vault of the stack's own: its name, its type, the roles on it, and the policies about it", () => {
  const plan = (settings: Record<string, string>) =>
    plannedStack("dev", readSettings("dev", { location: "swedencentral", ...settings }), "id");
  const person = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const own = { ownKeyVault: "true", keyVaultName: "shop", appIdentity: "true", keyVaultReads: '["a"]' };
  const { names, creates, actions, grants, contents } = plan({ ...own, keyVaultWriters: `{"${person}":"User"}` });
  expect(names).toEqual([{ kind: "vault", name: "shop", setting: "keyVaultName" }]);
  expect(creates).toContain("Microsoft.KeyVault");
  expect(actions).toContain("Microsoft.KeyVault/vaults/write");
  const roles = ["Key Vault Secrets User", "Key Vault Secrets Officer"];
  expect(grants.map(({ name }) => name)).toEqual(expect.arrayContaining(roles));
  expect(contents.find(({ content }) => content.type === "Microsoft.KeyVault/vaults")?.content).toMatchObject({
    properties: { enableRbacAuthorization: true, enablePurgeProtection: true, networkAcls: { defaultAction: "Allow" } },
  });
  const bare = plan({ ...own, assignKeyVaultRole: "false" }).grants.map(({ name }) => name);
  expect(bare.filter((name) => roles.includes(name))).toEqual([]);
});

it("checks the rights to build in the registry only if it builds there", () => {
  const actionsOf = (settings: Record<string, string>) =>
    plannedStack("dev", readSettings("dev", { location: "swedencentral", ...settings }), "id").actions.filter(
      (action) => action.includes("registries/") && action.endsWith("/action"),
    );
  expect(actionsOf({})).toEqual([]);
  expect(actionsOf({ buildWith: "acr" })).toEqual([
    "Microsoft.ContainerRegistry/registries/listBuildSourceUploadUrl/action",
    "Microsoft.ContainerRegistry/registries/scheduleRun/action",
  ]);
  expect(actionsOf({ buildWith: "acr", existingRegistry: "corpimages", existingRegistryGroup: "shared" })).toEqual([]);
});
