import * as pulumi from "@pulumi/pulumi";
import { PrometheusRuleGroup } from "@pulumi/azure-native/alertsmanagement/index.js";
import { ActionGroup, AzureMonitorWorkspace, DiagnosticSetting } from "@pulumi/azure-native/monitor/index.js";
import {
  actionGroupProblem,
  logWorkspaceProblem,
  managedClusterProblem,
  monitorWorkspaceProblem,
} from "@tarmac/validate/azureResourceId";
import { eachProblem, ifGiven, listedTwiceProblems } from "@tarmac/validate/valueCheck";
import { throwIfAny } from "./invalidArguments.ts";
import { alertRules } from "./monitoring/alertRules.ts";
import { collectLogs, collectMetrics } from "./monitoring/collectionRules.ts";

/** The only place that defines these defaults. The stack's settings read them from here. */
export const monitoringDefaults = {
  prometheus: false,
  controlPlaneLogs: ["kube-audit-admin", "guard"],
  alertEmails: [],
} satisfies Partial<MonitoringArgs>;

export interface MonitoringArgs {
  /** Resource group to create the monitoring resources in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the cluster. @example "swedencentral" */
  location: pulumi.Input<string>;
  /**
   * Resource id of the AKS cluster, created by this program or existing. Its add-ons must be enabled: see
   * {@link Monitoring}.
   */
  clusterId: pulumi.Input<string>;
  /** Whether to collect Prometheus metrics. @default false */
  prometheus?: boolean;
  /**
   * Resource id of an existing Azure Monitor workspace for metrics.
   * @default one is created, in `location`
   * @example "/subscriptions/.../providers/Microsoft.Monitor/accounts/corp"
   */
  monitorWorkspaceId?: string;
  /**
   * Region of the existing Azure Monitor workspace. Azure requires its data collection rules in the same region.
   * @default `location`
   * @example "westeurope"
   */
  monitorWorkspaceLocation?: string;
  /**
   * Resource id of an existing Log Analytics workspace for logs.
   * @default logs are not collected
   * @example "/subscriptions/.../providers/Microsoft.OperationalInsights/workspaces/corp"
   */
  logWorkspaceId?: string;
  /**
   * Region of the existing Log Analytics workspace. Azure requires its data collection rule in the same region.
   * @default `location`
   * @example "westeurope"
   */
  logWorkspaceLocation?: string;
  /**
   * Control plane logs to send to the Log Analytics workspace: by default who changed what, and who signed in.
   * "kube-audit" also includes reads, and costs many times more.
   * @default ["kube-audit-admin", "guard"]
   */
  controlPlaneLogs?: readonly string[];
  /** E-mail addresses that receive each alert. @default none @example ["on-call@example.com"] */
  alertEmails?: readonly string[];
  /**
   * Resource id of an existing action group that receives each alert, in addition to `alertEmails`.
   * @default none
   * @example "/subscriptions/.../providers/Microsoft.Insights/actionGroups/on-call"
   */
  actionGroupId?: string;
  /** Limits workload alerts to this namespace. @default all namespaces @example "shop" */
  namespace?: string;
  /** Azure tags of all created resources that support tags. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Returns the problems of the arguments, by property. */
export const monitoringFindings = (args: Omit<MonitoringArgs, "resourceGroupName" | "location" | "clusterId">) =>
  [
    ["monitorWorkspaceId", ifGiven(args.monitorWorkspaceId, monitorWorkspaceProblem)],
    ["logWorkspaceId", ifGiven(args.logWorkspaceId, logWorkspaceProblem)],
    ["actionGroupId", ifGiven(args.actionGroupId, actionGroupProblem)],
    ["controlPlaneLogs", controlPlaneLogsProblem(args.controlPlaneLogs ?? [])],
    ["alertEmails", alertEmailsProblem(args.alertEmails ?? [])],
  ] as const;

/** https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs */
const controlPlaneCategories = [
  ...["kube-audit-admin", "guard", "kube-audit", "kube-apiserver", "kube-controller-manager", "kube-scheduler"],
  ...["cluster-autoscaler", "cloud-controller-manager", "csi-azuredisk-controller", "csi-azurefile-controller"],
  "csi-snapshot-controller",
];

/** Returns the problems of the control plane log names, one message each. */
export const controlPlaneLogsProblem = (categories: readonly string[]): string[] => [
  ...eachProblem(categories, (category) =>
    controlPlaneCategories.includes(category)
      ? undefined
      : `"${category}" is not a log of the control plane: use ${controlPlaneCategories.join(", ")}`,
  ),
  ...listedTwiceProblems(categories),
];

/** Returns the problems of the alert addresses, one message each. */
export const alertEmailsProblem = (addresses: readonly string[]): string[] => [
  ...eachProblem(addresses, (address) =>
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) ? undefined : `"${address}" is not an e-mail address: use NAME@DOMAIN`,
  ),
  ...listedTwiceProblems(addresses),
];

/**
 * Monitoring of an AKS cluster: Prometheus metrics with alerts in an Azure Monitor workspace, and container and control
 * plane logs in a Log Analytics workspace.
 *
 * The cluster's add-ons (`azureMonitorProfile.metrics`, `omsagent`) only run agents. Data collection rules, associated
 * with the cluster, decide what the agents collect and where they send it. This component creates the rules. On an
 * existing cluster, enable the add-ons first: `az aks update --enable-azure-monitor-metrics`, `az aks enable-addons
 * --addons monitoring`.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new Monitoring("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:alertsmanagement:PrometheusRuleGroup" ? { props: { ...props, interval: "PT5M" }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Resource id of the Azure Monitor workspace that receives metrics; undefined without metrics. */
  readonly monitorWorkspaceId: pulumi.Output<string> | undefined;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument. */
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny([
      ...monitoringFindings(args),
      ["clusterId", typeof args.clusterId === "string" ? managedClusterProblem(args.clusterId) : undefined],
    ]);
    super("tarmac:azure:Monitoring", name, {}, opts);
    const { resourceGroupName, location, tags, clusterId } = args;
    const shared = { resourceGroupName, tags, clusterId };
    const child = { parent: this };

    if (args.prometheus ?? monitoringDefaults.prometheus) {
      const workspaceId = pulumi.output(
        args.monitorWorkspaceId ?? new AzureMonitorWorkspace(name, { resourceGroupName, location, tags }, child).id,
      );
      const place = (args.monitorWorkspaceId === undefined ? undefined : args.monitorWorkspaceLocation) ?? location;
      collectMetrics(name, { ...shared, location: place, workspaceId }, child);
      alert(name, args, { workspaceId, location: place }, child);
      this.monitorWorkspaceId = workspaceId;
    }
    if (args.logWorkspaceId !== undefined) {
      const { logWorkspaceId: workspaceId, logWorkspaceLocation = location } = args;
      collectLogs(name, { ...shared, location: logWorkspaceLocation, workspaceId }, child);
      const categories = args.controlPlaneLogs ?? monitoringDefaults.controlPlaneLogs;
      if (categories.length > 0)
        new DiagnosticSetting(
          `${name}-control-plane`,
          {
            name: "tarmac-control-plane",
            resourceUri: clusterId,
            workspaceId,
            // Resource-specific tables (AKSAuditAdmin, AKSControlPlane) cost less to query than AzureDiagnostics.
            logAnalyticsDestinationType: "Dedicated",
            logs: categories.map((category) => ({ category, enabled: true })),
          },
          child,
        );
    }
    this.registerOutputs({ monitorWorkspaceId: this.monitorWorkspaceId });
  }
}

function alert(
  name: string,
  { resourceGroupName, tags, clusterId, namespace, alertEmails = [], actionGroupId }: MonitoringArgs,
  { workspaceId, location }: { workspaceId: pulumi.Input<string>; location: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): void {
  const made =
    alertEmails.length > 0
      ? new ActionGroup(
          name,
          {
            ...{ resourceGroupName, tags, location: "Global", enabled: true },
            // Alert messages show this name. Azure accepts at most twelve characters.
            groupShortName: name.slice(0, 12),
            emailReceivers: alertEmails.map((emailAddress) => ({
              ...{ name: emailAddress, emailAddress, useCommonAlertSchema: true },
            })),
          },
          opts,
        ).id
      : undefined;
  const actions = [made, actionGroupId].flatMap((id) => (id === undefined ? [] : [{ actionGroupId: id }]));
  new PrometheusRuleGroup(
    name,
    {
      ...{ resourceGroupName, location, tags, enabled: true, interval: "PT1M" },
      scopes: [workspaceId, clusterId],
      clusterName: pulumi.output(clusterId).apply((id) => id.split("/").at(-1) ?? id),
      rules: alertRules(namespace).map(({ description, ...rule }) => ({
        ...rule,
        enabled: true,
        annotations: { description },
        labels: {},
        resolveConfiguration: { autoResolved: true, timeToResolve: "PT10M" },
        actions,
      })),
    },
    opts,
  );
}
