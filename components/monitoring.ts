import * as pulumi from "@pulumi/pulumi";
import { PrometheusRuleGroup } from "@pulumi/azure-native/alertsmanagement/index.js";
import { ActionGroup, AzureMonitorWorkspace, DiagnosticSetting } from "@pulumi/azure-native/monitor/index.js";
import {
  actionGroupProblem,
  logWorkspaceProblem,
  managedClusterProblem,
  monitorWorkspaceProblem,
} from "@tarmac/validate/azureResourceId";
import { eachProblem, ifGiven, repeated } from "@tarmac/validate/valueCheck";
import { throwIfAny } from "./invalidArguments.ts";
import { alertRules } from "./monitoring/alertRules.ts";
import { collectLogs, collectMetrics } from "./monitoring/collectionRules.ts";

/** Each default stands here and nowhere else: the settings of the stack take theirs from here. */
export const monitoringDefaults = {
  prometheus: false,
  controlPlaneLogs: ["kube-audit-admin", "guard"],
  alertEmails: [],
} satisfies Partial<MonitoringArgs>;

export interface MonitoringArgs {
  /** Resource group that holds what is created. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the cluster, e.g. "swedencentral". */
  location: pulumi.Input<string>;
  /** Resource id of the AKS cluster, the stack's own or an existing one. Its add-ons must be on: see {@link Monitoring}. */
  clusterId: pulumi.Input<string>;
  /** Collect Prometheus metrics. @default false */
  prometheus?: boolean;
  /** Resource id of an existing Azure Monitor workspace for metrics. @default one is created, in `location` */
  monitorWorkspaceId?: string;
  /** Region of that workspace, where its rules must be as well. @default `location` */
  monitorWorkspaceLocation?: string;
  /** Resource id of an existing Log Analytics workspace for logs. @default logs are not collected */
  logWorkspaceId?: string;
  /** Region of that workspace, where its rule must be as well. @default `location` */
  logWorkspaceLocation?: string;
  /**
   * Logs of the control plane that go to the Log Analytics workspace: who changed what, and who signed in.
   * "kube-audit" has reads as well, at many times the cost. @default ["kube-audit-admin", "guard"]
   */
  controlPlaneLogs?: readonly string[];
  /** Addresses that get an e-mail for each alert. @default none */
  alertEmails?: readonly string[];
  /** Resource id of an existing action group that gets each alert, beside `alertEmails`. @default none */
  actionGroupId?: string;
  /** Alerts about workloads of this namespace only. @default all namespaces */
  namespace?: string;
  /** Azure tags of everything that can have them. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What is wrong with the arguments, by property. */
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

const twice = (values: readonly string[]) => repeated(values).map((value) => `"${value}" is there twice: remove one`);

/** What is wrong with kinds of logs of the control plane, one problem for each. */
export const controlPlaneLogsProblem = (categories: readonly string[]): string[] => [
  ...eachProblem(categories, (category) =>
    controlPlaneCategories.includes(category)
      ? undefined
      : `"${category}" is not a log of the control plane: use ${controlPlaneCategories.join(", ")}`,
  ),
  ...twice(categories),
];

/** What is wrong with addresses for alerts, one problem for each. */
export const alertEmailsProblem = (addresses: readonly string[]): string[] => [
  ...eachProblem(addresses, (address) =>
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) ? undefined : `"${address}" is not an e-mail address: use NAME@DOMAIN`,
  ),
  ...twice(addresses),
];

/**
 * Monitoring of an AKS cluster that arrives: Prometheus metrics in an Azure Monitor workspace with alerts, logs of containers and of the
 * control plane in a Log Analytics workspace.
 *
 * The cluster's add-ons (`azureMonitorProfile.metrics`, `omsagent`) only run agents. What they collect, and where it goes, is in data
 * collection rules that the cluster is associated with; this component makes those. On an existing cluster, turn the add-ons on:
 * `az aks update --enable-azure-monitor-metrics`, `az aks enable-addons --addons monitoring`.
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Resource id of the Azure Monitor workspace that metrics arrive in; undefined without metrics. */
  readonly monitorWorkspaceId: pulumi.Output<string> | undefined;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each argument that is refused. */
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
            // Tables of their own (AKSAuditAdmin, AKSControlPlane), which cost less to query than AzureDiagnostics.
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
            // Shown in messages; Azure takes twelve characters.
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
