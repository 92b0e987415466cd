import type { Telemetry } from "../../../../local/azure/monitoring/telemetry.ts";
import { type Identity, newIdentity } from "./principals.ts";
import { arm, armToken, type Environment, raw, simulation, startWithGroup } from "./testAzure.ts";

let environment: Environment;
let group: string;
let control: Identity;
let cluster: string;

beforeAll(async () => {
  ({ environment, group } = await startWithGroup());
  control = await newIdentity(environment.azure, "control");
  cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/aks`;
  await putCluster({});
  await putWorkspace("logs");
  await putAccount("metrics");
});
afterAll(() => environment.stop());

const put = (id: string, version: string, body: object) => arm(environment.azure, "PUT", id, version, body);
const location = "swedencentral";
const logs = () => `${group}/providers/Microsoft.OperationalInsights/workspaces/logs`;
const metrics = () => `${group}/providers/Microsoft.Monitor/accounts/metrics`;
const insights = (kind: string, name: string) => `${group}/providers/Microsoft.Insights/${kind}/${name}`;
const endpoint = () => insights("dataCollectionEndpoints", "dce");

const putWorkspace = (name: string, place = location) =>
  put(`${group}/providers/Microsoft.OperationalInsights/workspaces/${name}`, "2023-09-01", {
    location: place,
    properties: {},
  });
const putAccount = (name: string) =>
  put(`${group}/providers/Microsoft.Monitor/accounts/${name}`, "2023-04-03", { location });
const putCluster = (properties: object) =>
  put(cluster, "2025-09-01", {
    location,
    identity: { type: "UserAssigned", userAssignedIdentities: { [control.id]: {} } },
    properties: {
      dnsPrefix: "aks",
      agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D4s_v5" }],
      ...properties,
    },
  });
const rule = (name: string, properties: object, place = location) =>
  put(insights("dataCollectionRules", name), "2022-06-01", { location: place, kind: "Linux", properties });
const associate = (name: string, properties: object, target = cluster) =>
  put(`${target}/providers/Microsoft.Insights/dataCollectionRuleAssociations/${name}`, "2022-06-01", { properties });
const diagnose = (name: string, properties: object) =>
  put(`${cluster}/providers/Microsoft.Insights/diagnosticSettings/${name}`, "2021-05-01-preview", { properties });

const prometheus = (more: object = {}) => ({
  dataCollectionEndpointId: endpoint(),
  dataSources: { prometheusForwarder: [{ name: "PrometheusDataSource", streams: ["Microsoft-PrometheusMetrics"] }] },
  destinations: { monitoringAccounts: [{ name: "MonitoringAccount1", accountResourceId: metrics() }] },
  dataFlows: [{ streams: ["Microsoft-PrometheusMetrics"], destinations: ["MonitoringAccount1"] }],
  ...more,
});
const streams = ["Microsoft-ContainerLogV2", "Microsoft-KubeEvents"];
const insightsRule = (more: object = {}) => ({
  dataSources: { extensions: [{ name: "ContainerInsightsExtension", extensionName: "ContainerInsights", streams }] },
  destinations: { logAnalytics: [{ name: "ciworkspace", workspaceResourceId: logs() }] },
  dataFlows: [{ streams, destinations: ["ciworkspace"] }],
  ...more,
});

async function telemetry(): Promise<Telemetry> {
  const { value } = (await simulation(environment.azure, "GET", "telemetry")) as { value: Telemetry[] };
  const [found] = value;
  if (found === undefined) throw new Error("there is no cluster");
  return found;
}

describe("an add-on", () => {
  it("alone delivers nothing", async () => {
    await putCluster({
      azureMonitorProfile: { metrics: { enabled: true } },
      addonProfiles: {
        omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: logs(), useAADAuth: "true" } },
      },
    });
    expect(await telemetry()).toMatchObject({
      metrics: {},
      logs: {},
      idle: ["azureMonitorProfile.metrics", "addonProfiles.omsagent"],
    });
  });

  it("delivers metrics by a rule with an endpoint that the cluster is associated with", async () => {
    expect(
      (await put(endpoint(), "2022-06-01", { location, kind: "Linux", properties: {} })).properties?.immutableId,
    ).toMatch(/^dce-[0-9a-f]{32}$/);
    const made = await rule("MSProm-swedencentral-aks", prometheus());
    expect(made.properties?.immutableId).toMatch(/^dcr-[0-9a-f]{32}$/);
    expect((await telemetry()).metrics).toEqual({});
    expect((await associate("prometheus", { dataCollectionRuleId: made.id })).status).toBe(201);
    expect(await telemetry()).toMatchObject({
      metrics: { "Microsoft-PrometheusMetrics": [metrics()] },
      idle: ["addonProfiles.omsagent"],
    });
  });

  it("delivers logs by a rule for Container insights", async () => {
    const made = await rule("MSCI-swedencentral-aks", insightsRule());
    await associate("ContainerInsightsExtension", { dataCollectionRuleId: made.id });
    expect(await telemetry()).toMatchObject({
      logs: { "Microsoft-ContainerLogV2": [logs()], "Microsoft-KubeEvents": [logs()] },
      idle: [],
    });
  });
});

describe("data collection rules are refused", () => {
  it.each([
    [
      "with a flow to an unknown destination",
      () => insightsRule({ dataFlows: [{ streams, destinations: ["other"] }] }),
      "'DataFlows' destination name is unknown: other.",
    ],
    [
      "with a stream that no data source has",
      () => insightsRule({ dataFlows: [{ streams: ["Microsoft-Perf"], destinations: ["ciworkspace"] }] }),
      "'DataFlows' stream is in no data source: Microsoft-Perf.",
    ],
    [
      "with a workspace that does not exist",
      () =>
        insightsRule({
          destinations: { logAnalytics: [{ name: "ciworkspace", workspaceResourceId: `${logs()}-gone` }] },
        }),
      "The resource of destination 'ciworkspace' was not found",
    ],
    [
      "for metrics without an endpoint",
      () => prometheus({ dataCollectionEndpointId: undefined }),
      "A data collection endpoint is required",
    ],
  ])("%s", async (_, properties, message) => {
    expect(await rule("refused", properties())).toMatchObject({
      status: 400,
      code: "InvalidPayload",
      message: "Data collection rule is invalid",
    });
    expect(await detailsOf("refused", properties(), location)).toContain(message);
  });

  it("in another region than their destination or endpoint", async () => {
    const text = await detailsOf("refused", prometheus(), "northeurope");
    expect(text).toContain("is in the region swedencentral, and the data collection rule is in northeurope");
  });

  /** The texts of the inner errors. */
  async function detailsOf(name: string, properties: object, place: string): Promise<string> {
    const answer = await raw(environment.azure, `${insights("dataCollectionRules", name)}?api-version=2022-06-01`, {
      method: "PUT",
      token: await armToken(environment.azure),
      body: JSON.stringify({ location: place, properties }),
    });
    return JSON.stringify((answer.body as { error?: { details?: object } }).error?.details ?? "");
  }
});

describe("associations", () => {
  const rules = () => insights("dataCollectionRules", "MSCI-swedencentral-aks");

  it("need a resource, and a rule or an endpoint that exists", async () => {
    expect(await associate("x-1", { dataCollectionRuleId: rules() }, `${cluster}-gone`)).toMatchObject({ status: 404 });
    expect(await associate("x-1", { dataCollectionRuleId: `${rules()}-gone` })).toMatchObject({
      status: 404,
      code: "NotFound",
    });
    expect(await associate("x-1", {})).toMatchObject({ status: 400, code: "InvalidPayload" });
    expect(await associate("x-1", { dataCollectionEndpointId: endpoint() })).toMatchObject({ status: 400 });
    expect((await associate("configurationAccessEndpoint", { dataCollectionEndpointId: endpoint() })).status).toBe(201);
  });

  it("are one for each rule", async () => {
    expect(await associate("again", { dataCollectionRuleId: rules() })).toMatchObject({
      status: 409,
      code: "Conflict",
    });
  });
});

describe("diagnostic settings", () => {
  const audit = [
    { category: "kube-audit-admin", enabled: true },
    { category: "guard", enabled: true },
  ];

  it("need a destination and categories that clusters have", async () => {
    expect(await diagnose("none", { logs: audit })).toMatchObject({
      status: 400,
      message: "At least one data sink needs to be specified.",
    });
    const unknown = { workspaceId: logs(), logs: [{ category: "kube-everything", enabled: true }] };
    expect(await diagnose("unknown", unknown)).toMatchObject({
      status: 400,
      message: "Category 'kube-everything' is not supported.",
    });
    expect(await diagnose("gone", { workspaceId: `${logs()}-gone`, logs: audit })).toMatchObject({ status: 404 });
  });

  it("send categories to a workspace, each category to each workspace once", async () => {
    expect((await diagnose("control-plane", { workspaceId: logs(), logs: audit })).status).toBe(200);
    expect((await telemetry()).controlPlane).toEqual({ "kube-audit-admin": [logs()], guard: [logs()] });
    expect(await diagnose("twice", { workspaceId: logs(), logs: audit })).toMatchObject({
      status: 409,
      code: "Conflict",
      message:
        `Data sink '${logs()}' is already used in diagnostic setting 'control-plane' for category 'kube-audit-admin'. ` +
        "Data sinks can't be reused in different settings on the same category for the same resource.",
    });
  });

  it("are at most five", async () => {
    for (const category of ["kube-scheduler", "kube-apiserver", "cluster-autoscaler", "kube-controller-manager"])
      await diagnose(category, { workspaceId: logs(), logs: [{ category, enabled: true }] });
    const sixth = { workspaceId: logs(), logs: [{ category: "karpenter-events", enabled: true }] };
    expect(await diagnose("sixth", sixth)).toMatchObject({
      status: 409,
      message:
        "The limit of 5 diagnostic settings was reached. To create new diagnostic setting, delete an existing one.",
    });
  });
});

describe("alerts", () => {
  const actions = () => insights("actionGroups", "on-call");
  const alert = (more: object = {}) => ({ alert: "OomKilled", expression: "up == 0", severity: 2, ...more });
  const ruleGroup = (properties: object, place = location) =>
    put(`${group}/providers/Microsoft.AlertsManagement/prometheusRuleGroups/alerts-${place}`, "2023-03-01", {
      location: place,
      properties: { scopes: [metrics(), cluster], clusterName: "aks", rules: [alert()], ...properties },
    });

  it("go to action groups, which have short names and are in no region", async () => {
    const properties = {
      enabled: true,
      groupShortName: "on-call",
      emailReceivers: [{ name: "a", emailAddress: "a@example.com" }],
    };
    expect(await put(actions(), "2023-01-01", { location, properties })).toMatchObject({ status: 400 });
    expect(
      await put(actions(), "2023-01-01", {
        location: "Global",
        properties: { ...properties, groupShortName: "much too long" },
      }),
    ).toMatchObject({ status: 400 });
    expect((await put(actions(), "2023-01-01", { location: "Global", properties })).status).toBe(201);
  });

  it("are rules about a workspace and a cluster", async () => {
    expect((await ruleGroup({ rules: [alert({ actions: [{ actionGroupId: actions() }] })] })).status).toBe(201);
  });

  it.each([
    ["in another region than the workspace", {}, "northeurope"],
    ["without a workspace", { scopes: ["/subscriptions/x"] }, location],
    ["with another cluster's name", { clusterName: "other" }, location],
    ["without rules", { rules: [] }, location],
    ["with more than 20 rules", { rules: Array.from({ length: 21 }, () => alert()) }, location],
    ["with an interval of an hour", { interval: "PT1H" }, location],
    ["with a severity of 5", { rules: [alert({ severity: 5 })] }, location],
    ["without an expression", { rules: [alert({ expression: "" })] }, location],
    ["that both alert and record", { rules: [alert({ record: "a:b" })] }, location],
    ["to an action group that does not exist", { rules: [alert({ actions: [{ actionGroupId: "/gone" }] })] }, location],
  ])("are refused %s", async (_, properties, place) => {
    expect(await ruleGroup(properties, place)).toMatchObject({ status: 400, code: "BadRequest" });
  });
});

it("an Azure Monitor workspace has a resource group of its own, which is deleted with it", async () => {
  expect((await putAccount("short-lived")).status).toBe(201);
  const managed = group.replace(/[^/]+$/, "MA_short-lived_swedencentral_managed");
  expect((await arm(environment.azure, "GET", managed, "2021-04-01")).status).toBe(200);
  const account = `${group}/providers/Microsoft.Monitor/accounts/short-lived`;
  expect([200, 202]).toContain((await arm(environment.azure, "DELETE", account, "2023-04-03")).status);
  expect((await arm(environment.azure, "GET", managed, "2021-04-01")).status).toBe(404);
});

it("a workspace keeps logs for 30 to 730 days", async () => {
  const id = `${group}/providers/Microsoft.OperationalInsights/workspaces/days`;
  expect(await put(id, "2023-09-01", { location, properties: { retentionInDays: 7 } })).toMatchObject({ status: 400 });
});
