/** Microsoft.Monitor, Microsoft.Insights, Microsoft.OperationalInsights and Microsoft.AlertsManagement: the resources of a cluster's monitoring. */
import { describeType, inResourceGroup, usualTopLevel } from "./describeType.ts";

const ofIdentity = ["identity.principalId", "identity.tenantId"];
const ofInsights = `${inResourceGroup}/Microsoft.Insights`;

export const logAnalyticsWorkspace = describeType({
  token: "azure-native:operationalinsights:Workspace",
  path: `${inResourceGroup}/Microsoft.OperationalInsights/workspaces/{workspaceName}`,
  autoName: "random",
  names: { workspaceName: { minLength: 4, maxLength: 63, pattern: /^[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]$/ } },
  required: ["location"],
  // Unlike in most types, the SKU is one of the properties.
  topLevel: usualTopLevel.filter((name) => name !== "sku"),
  nestedReadOnly: [
    "features.unifiedSentinelBillingOnly",
    ...ofIdentity,
    "sku.lastSkuUpdate",
    "workspaceCapping.dataIngestionStatus",
    "workspaceCapping.quotaNextResetTime",
  ],
  replaceOnChange: ["location"],
});

export const monitorWorkspace = describeType({
  token: "azure-native:monitor:AzureMonitorWorkspace",
  path: `${inResourceGroup}/Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}`,
  autoName: "random",
  required: ["location"],
  replaceOnChange: ["location"],
});

export const dataCollectionEndpoint = describeType({
  token: "azure-native:monitor:DataCollectionEndpoint",
  path: `${ofInsights}/dataCollectionEndpoints/{dataCollectionEndpointName}`,
  autoName: "random",
  nestedReadOnly: ofIdentity,
  required: ["location"],
  replaceOnChange: ["location"],
});

export const dataCollectionRule = describeType({
  token: "azure-native:monitor:DataCollectionRule",
  path: `${ofInsights}/dataCollectionRules/{dataCollectionRuleName}`,
  autoName: "random",
  nestedReadOnly: [
    "destinations.logAnalytics[].workspaceId",
    "destinations.monitoringAccounts[].accountId",
    ...ofIdentity,
  ],
  required: ["location"],
  replaceOnChange: ["location"],
});

export const dataCollectionRuleAssociation = describeType({
  token: "azure-native:monitor:DataCollectionRuleAssociation",
  path: "/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
  autoName: "random",
});

export const diagnosticSetting = describeType({
  token: "azure-native:monitor:DiagnosticSetting",
  path: "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
  autoName: "random",
});

export const actionGroup = describeType({
  token: "azure-native:monitor:ActionGroup",
  path: `${ofInsights}/actionGroups/{actionGroupName}`,
  autoName: "random",
  nestedReadOnly: ["emailReceivers[].status", ...ofIdentity, "smsReceivers[].status"],
  required: ["location", "enabled", "groupShortName"],
  replaceOnChange: ["location"],
});

export const prometheusRuleGroup = describeType({
  token: "azure-native:alertsmanagement:PrometheusRuleGroup",
  path: `${inResourceGroup}/Microsoft.AlertsManagement/prometheusRuleGroups/{ruleGroupName}`,
  autoName: "random",
  required: ["location", "rules", "rules[].expression", "scopes"],
  replaceOnChange: ["location"],
});
