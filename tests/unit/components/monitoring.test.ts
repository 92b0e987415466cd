import { alertRules } from "../../../components/monitoring/alertRules.ts";
import { Monitoring, type MonitoringArgs } from "../../../components/monitoring.ts";
import { nameSuffix, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only } from "../pulumiMocks.ts";

const group = `${subscription}/resourceGroups/group/providers`;
const clusterId = `${group}/Microsoft.ContainerService/managedClusters/aks`;
const logWorkspaceId = `${group}/Microsoft.OperationalInsights/workspaces/logs`;
const types = {
  account: "azure-native:monitor:AzureMonitorWorkspace",
  endpoint: "azure-native:monitor:DataCollectionEndpoint",
  rule: "azure-native:monitor:DataCollectionRule",
  association: "azure-native:monitor:DataCollectionRuleAssociation",
  diagnostics: "azure-native:monitor:DiagnosticSetting",
  actions: "azure-native:monitor:ActionGroup",
  alerts: "azure-native:alertsmanagement:PrometheusRuleGroup",
};

async function create(args: Partial<MonitoringArgs>, preview = false) {
  const cloud = await mockCloud({ preview });
  new Monitoring("hello", {
    resourceGroupName: "group",
    location: "westeurope",
    clusterId,
    tags: { app: "hello" },
    ...args,
  });
  return cloud.settled();
}

test.each([false, true])(
  "metrics have a workspace, an endpoint, a rule, an association and alerts (preview: %s)",
  async (preview) => {
    expect(labels(await create({ prometheus: true }, preview))).toEqual([
      `${types.alerts}::hello`,
      `${types.account}::hello`,
      `${types.endpoint}::hello-metrics`,
      `${types.rule}::hello-metrics`,
      `${types.association}::hello-metrics`,
      "tarmac:azure:Monitoring::hello",
    ]);
  },
);

test("metrics go to the workspace by Microsoft's names, from the cluster that the rule is associated with", async () => {
  const resources = await create({ prometheus: true });
  const account = `${group}/Microsoft.Monitor/accounts/hello${nameSuffix}`;
  expect(only(resources, types.rule).inputs).toMatchObject({
    ...{
      dataCollectionRuleName: "MSProm-westeurope-aks",
      location: "westeurope",
      kind: "Linux",
      tags: { app: "hello" },
    },
    dataCollectionEndpointId: `${group}/Microsoft.Insights/dataCollectionEndpoints/MSProm-westeurope-aks`,
    dataSources: { prometheusForwarder: [{ streams: ["Microsoft-PrometheusMetrics"] }] },
    destinations: { monitoringAccounts: [{ name: "MonitoringAccount1", accountResourceId: account }] },
    dataFlows: [{ streams: ["Microsoft-PrometheusMetrics"], destinations: ["MonitoringAccount1"] }],
  });
  expect(only(resources, types.association).inputs).toMatchObject({
    resourceUri: clusterId,
    dataCollectionRuleId: `${group}/Microsoft.Insights/dataCollectionRules/MSProm-westeurope-aks`,
  });
  expect(only(resources, types.alerts).inputs).toMatchObject({ scopes: [account, clusterId], clusterName: "aks" });
});

test("an existing workspace is used, with endpoint, rule and alerts in its region", async () => {
  const monitorWorkspaceId = `${group}/Microsoft.Monitor/accounts/company`;
  const resources = await create({ prometheus: true, monitorWorkspaceId, monitorWorkspaceLocation: "northeurope" });
  expect(labels(resources).filter((label) => label.startsWith(types.account))).toEqual([]);
  for (const type of [types.endpoint, types.rule, types.alerts])
    expect(only(resources, type).inputs.location).toBe("northeurope");
  expect(only(resources, types.rule).inputs.dataCollectionRuleName).toBe("MSProm-northeurope-aks");
});

test("logs have a rule for Container insights and its association, and the control plane's a setting", async () => {
  const resources = await create({ logWorkspaceId });
  expect(labels(resources)).toEqual([
    `${types.rule}::hello-logs`,
    `${types.association}::hello-logs`,
    `${types.diagnostics}::hello-control-plane`,
    "tarmac:azure:Monitoring::hello",
  ]);
  expect(only(resources, types.rule).inputs).toMatchObject({
    dataCollectionRuleName: "MSCI-westeurope-aks",
    dataSources: {
      extensions: [
        {
          name: "ContainerInsightsExtension",
          extensionName: "ContainerInsights",
          streams: expect.arrayContaining(["Microsoft-ContainerLogV2", "Microsoft-KubeEvents"]) as unknown,
        },
      ],
    },
    destinations: { logAnalytics: [{ name: "ciworkspace", workspaceResourceId: logWorkspaceId }] },
  });
  expect(only(resources, types.association).inputs).toMatchObject({
    associationName: "ContainerInsightsExtension",
    resourceUri: clusterId,
  });
  expect(only(resources, types.diagnostics).inputs).toMatchObject({
    ...{ resourceUri: clusterId, workspaceId: logWorkspaceId, logAnalyticsDestinationType: "Dedicated" },
    logs: [
      { category: "kube-audit-admin", enabled: true },
      { category: "guard", enabled: true },
    ],
  });
});

test("the control plane's logs can be left out", async () => {
  expect(labels(await create({ logWorkspaceId, controlPlaneLogs: [] })).join()).not.toContain(types.diagnostics);
});

test("long cluster names are shortened to what Azure accepts", async () => {
  const long = `${group}/Microsoft.ContainerService/managedClusters/${"a".repeat(63)}`;
  const resources = await create({ prometheus: true, clusterId: long });
  const names = [
    only(resources, types.endpoint).inputs.dataCollectionEndpointName,
    only(resources, types.rule).inputs.dataCollectionRuleName,
  ];
  expect(names.map((name) => String(name).length)).toEqual([44, 64]);
});

describe("alerts", () => {
  test("are about crash loops, memory, nodes, ready replicas and pulls, each with a duration and a description", () => {
    const rules = alertRules();
    expect(rules.map(({ alert }) => alert)).toEqual([
      "NoReadyReplica",
      "CrashLoop",
      "OutOfMemory",
      "ImagePullFailed",
      "NodeNotReady",
    ]);
    for (const { description, for: time, severity } of rules)
      expect([description, time, severity]).toEqual([
        expect.stringMatching(/\.$/),
        expect.stringMatching(/^PT\d+M$/),
        expect.any(Number),
      ]);
  });

  test("are limited to a namespace, except for nodes", () => {
    for (const { alert, expression } of alertRules("shop"))
      expect([alert, expression.includes('namespace="shop"')]).toEqual([alert, alert !== "NodeNotReady"]);
    expect(
      alertRules()
        .map(({ expression }) => expression)
        .join(),
    ).not.toContain('namespace="');
  });

  test("are sent to people by e-mail and to an existing group", async () => {
    const actionGroupId = `${group}/Microsoft.Insights/actionGroups/company`;
    const resources = await create({ prometheus: true, alertEmails: ["jo@example.com"], actionGroupId });
    expect(only(resources, types.actions).inputs).toMatchObject({
      ...{ location: "Global", groupShortName: "hello", enabled: true },
      emailReceivers: [{ emailAddress: "jo@example.com" }],
    });
    const made = `${group}/Microsoft.Insights/actionGroups/hello${nameSuffix}`;
    for (const { actions } of only(resources, types.alerts).inputs.rules as { actions: object[] }[])
      expect(actions).toEqual([{ actionGroupId: made }, { actionGroupId }]);
  });
});

test.each([
  [{ logWorkspaceId: "logs" }, '"logs" is not the resource id of a Log Analytics workspace'],
  [{ monitorWorkspaceId: logWorkspaceId }, "is not the resource id of an Azure Monitor workspace"],
  [{ actionGroupId: "on-call" }, '"on-call" is not the resource id of an action group'],
  [{ clusterId: "aks" }, '"aks" is not the resource id of an AKS cluster'],
  [{ controlPlaneLogs: ["audit"] }, '"audit" is not a log of the control plane: use kube-audit-admin, guard'],
  [{ alertEmails: ["jo"] }, '"jo" is not an e-mail address: use NAME@DOMAIN'],
])("%j is refused before anything is created", async (args, message) => {
  await expect(create(args)).rejects.toThrow(message);
});
