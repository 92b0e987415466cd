/** Accepted and rejected values of the settings of monitoring, with the messages. */
import type { SettingCases } from "./settingCases.ts";

const group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shared/providers";
const logs = `${group}/Microsoft.OperationalInsights/workspaces/logs`;
const metrics = `${group}/Microsoft.Monitor/accounts/metrics`;
const actions = `${group}/Microsoft.Insights/actionGroups/on-call`;
const cluster = `${group}/Microsoft.ContainerService/managedClusters/aks`;
const kubeconfig =
  "clusters: [{name: c, cluster: {server: https://c}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: company, context: {cluster: c, user: u}}]\ncurrent-context: company";
const ofMetrics = "applies only to metrics: set managedPrometheus to true, or remove this";
const region =
  '"West Europe" is not a region name: use lower case without spaces, e.g. "westeurope"; list them with az account list-locations -o table';
const ofLogs = "applies only to logs: set logWorkspaceId, or remove this";

export const monitoringCases: SettingCases = {
  accepted: [
    ["managedPrometheus", "true", true],
    ["monitorWorkspaceId", metrics, metrics],
    ["monitorWorkspaceLocation", "northeurope", "northeurope"],
    ["alertEmails", '["jo@example.com"]', ["jo@example.com"]],
    ["alertActionGroupId", actions, actions],
    ["logWorkspaceId", logs, logs],
    ["logWorkspaceLocation", "northeurope", "northeurope"],
    ["controlPlaneLogs", '["kube-apiserver"]', ["kube-apiserver"]],
    ["monitoredClusterId", cluster, cluster],
  ],
  beside: {
    monitorWorkspaceId: { managedPrometheus: "true" },
    monitorWorkspaceLocation: { managedPrometheus: "true", monitorWorkspaceId: metrics },
    alertEmails: { managedPrometheus: "true" },
    alertActionGroupId: { managedPrometheus: "true" },
    logWorkspaceLocation: { logWorkspaceId: logs },
    controlPlaneLogs: { logWorkspaceId: logs },
    monitoredClusterId: { kubeconfig },
  },
  refused: [
    ["logWorkspaceLocation", "West Europe", region],
    ["monitorWorkspaceLocation", "West Europe", region],
    [
      "controlPlaneLogs",
      '["audit"]',
      '"audit" is not a log of the control plane: use kube-audit-admin, guard, kube-audit, kube-apiserver, kube-controller-manager, kube-scheduler, cluster-autoscaler, cloud-controller-manager, csi-azuredisk-controller, csi-azurefile-controller, csi-snapshot-controller',
    ],
    ["managedPrometheus", "on", '"on" is not a boolean: use "true" or "false"'],
    [
      "logWorkspaceId",
      "logs",
      '"logs" is not the resource id of a Log Analytics workspace: use what this command prints: az monitor log-analytics workspace show --query id -g GROUP -n NAME',
    ],
    [
      "monitorWorkspaceId",
      "metrics",
      '"metrics" is not the resource id of an Azure Monitor workspace: use what this command prints: az monitor account show --query id -g GROUP -n NAME',
    ],
    [
      "alertActionGroupId",
      "on-call",
      '"on-call" is not the resource id of an action group: use what this command prints: az monitor action-group show --query id -g GROUP -n NAME',
    ],
    [
      "monitoredClusterId",
      "aks",
      '"aks" is not the resource id of an AKS cluster: use what this command prints: az aks show --query id -g GROUP -n NAME',
    ],
    [
      "alertEmails",
      '["jo","jo"]',
      ...Array<string>(2).fill('"jo" is not an e-mail address: use NAME@DOMAIN'),
      '"jo" is listed twice: remove one',
    ],
  ],
  together: [
    ["alerts without metrics", { alertEmails: '["jo@example.com"]' }, [`tarmac:alertEmails: ${ofMetrics}`]],
    [
      "a workspace for metrics without metrics",
      { monitorWorkspaceId: metrics },
      [`tarmac:monitorWorkspaceId: ${ofMetrics}`],
    ],
    [
      "the region of a workspace that the stack creates",
      { managedPrometheus: "true", monitorWorkspaceLocation: "northeurope" },
      [
        "tarmac:monitorWorkspaceLocation: applies only to an existing workspace: set monitorWorkspaceId, or remove this",
      ],
    ],
    [
      "logs of the control plane without a workspace",
      { controlPlaneLogs: '["guard"]' },
      [`tarmac:controlPlaneLogs: ${ofLogs}`],
    ],
    [
      "an existing cluster without its id",
      { kubeconfig, managedPrometheus: "true" },
      [
        "tarmac:monitoredClusterId: is required to monitor an existing cluster: use what this command prints: az aks show --query id -g GROUP -n CLUSTER",
      ],
    ],
    [
      "an existing cluster beside one that the stack creates",
      { monitoredClusterId: cluster, managedPrometheus: "true" },
      ["tarmac:monitoredClusterId: applies only to an existing cluster, and the stack creates one: remove this"],
    ],
  ],
};
