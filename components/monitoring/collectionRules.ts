/**
 * Data collection rules: what the agents of a cluster collect, and where it goes. Without a rule and its association with the cluster they
 * deliver nothing. https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable
 */
import * as pulumi from "@pulumi/pulumi";
import {
  DataCollectionEndpoint,
  DataCollectionRule,
  type DataCollectionRuleArgs,
  DataCollectionRuleAssociation,
} from "@pulumi/azure-native/monitor/index.js";
import { shortened } from "../azure/derivedNames.ts";

/** Azure takes 44 characters for endpoints, 64 for rules. */
const [endpointLength, ruleLength] = [44, 64];

/** What Container insights collects unless told otherwise. ContainerLogV2 has the pod and its namespace in columns. */
export const logStreams = [
  ...["Microsoft-ContainerLogV2", "Microsoft-KubeEvents", "Microsoft-KubePodInventory", "Microsoft-KubeNodeInventory"],
  ...["Microsoft-KubeServices", "Microsoft-KubePVInventory", "Microsoft-ContainerInventory"],
  ...["Microsoft-ContainerNodeInventory", "Microsoft-InsightsMetrics", "Microsoft-Perf"],
];

const metricsStream = "Microsoft-PrometheusMetrics";

export interface Collection {
  resourceGroupName: pulumi.Input<string>;
  /** Region of the workspace that receives what is collected: Azure wants its rule and endpoint there as well. */
  location: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  clusterId: pulumi.Input<string>;
  /** Resource id of the workspace. */
  workspaceId: pulumi.Input<string>;
}

const clusterName = (clusterId: pulumi.Input<string>) =>
  pulumi.output(clusterId).apply((id) => id.split("/").at(-1) ?? id);

/** Microsoft's own names, by which `az aks` finds what it need not create again: `MSProm-REGION-CLUSTER`, `MSCI-REGION-CLUSTER`. */
const nameOf = (prefix: string, { location, clusterId }: Collection, longest: number) =>
  pulumi
    .all([location, clusterName(clusterId)])
    .apply(([region, name]) => shortened(`${prefix}-${region}-${name}`, longest));

/** Prometheus metrics to an Azure Monitor workspace. */
export function collectMetrics(name: string, args: Collection, opts: pulumi.CustomResourceOptions): void {
  const { resourceGroupName, location, tags } = args;
  const endpoint = new DataCollectionEndpoint(
    `${name}-metrics`,
    {
      ...{ resourceGroupName, location, tags, kind: "Linux" },
      dataCollectionEndpointName: nameOf("MSProm", args, endpointLength),
      // The agents send over the internet, signed in as the cluster.
      networkAcls: { publicNetworkAccess: "Enabled" },
    },
    opts,
  );
  const destination = "MonitoringAccount1";
  associated(
    `${name}-metrics`,
    args,
    {
      dataCollectionRuleName: nameOf("MSProm", args, ruleLength),
      dataCollectionEndpointId: endpoint.id,
      dataSources: { prometheusForwarder: [{ name: "PrometheusDataSource", streams: [metricsStream] }] },
      destinations: { monitoringAccounts: [{ name: destination, accountResourceId: args.workspaceId }] },
      dataFlows: [{ streams: [metricsStream], destinations: [destination] }],
    },
    "ContainerInsightsMetricsExtension",
    opts,
  );
}

/** Logs of containers, events and inventory to a Log Analytics workspace. */
export function collectLogs(name: string, args: Collection, opts: pulumi.CustomResourceOptions): void {
  const destination = "ciworkspace";
  associated(
    `${name}-logs`,
    args,
    {
      dataCollectionRuleName: nameOf("MSCI", args, ruleLength),
      dataSources: {
        extensions: [
          {
            name: "ContainerInsightsExtension",
            extensionName: "ContainerInsights",
            streams: logStreams,
            extensionSettings: {
              dataCollectionSettings: { interval: "1m", namespaceFilteringMode: "Off", enableContainerLogV2: true },
            },
          },
        ],
      },
      destinations: { logAnalytics: [{ name: destination, workspaceResourceId: args.workspaceId }] },
      dataFlows: [{ streams: logStreams, destinations: [destination] }],
    },
    "ContainerInsightsExtension",
    opts,
  );
}

function associated(
  name: string,
  { resourceGroupName, location, tags, clusterId }: Collection,
  rule: Omit<DataCollectionRuleArgs, "resourceGroupName">,
  associationName: string,
  opts: pulumi.CustomResourceOptions,
): void {
  const made = new DataCollectionRule(name, { resourceGroupName, location, tags, kind: "Linux", ...rule }, opts);
  new DataCollectionRuleAssociation(
    name,
    {
      associationName,
      resourceUri: clusterId,
      dataCollectionRuleId: made.id,
      description: "Deleting this association stops the collection from the cluster.",
    },
    opts,
  );
}
