/**
 * Data collection rules define what a cluster's agents collect and where they send it. Without a rule that is
 * associated with the cluster, the agents send nothing.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  DataCollectionEndpoint,
  DataCollectionRule,
  type DataCollectionRuleArgs,
  DataCollectionRuleAssociation,
} from "@pulumi/azure-native/monitor/index.js";
import { shortened } from "../azure/derivedNames.ts";

/** Azure allows 44 characters for endpoints and 64 for rules. */
const [endpointLength, ruleLength] = [44, 64];

/** The default streams of Container insights. ContainerLogV2 has columns for the pod and its namespace. */
export const logStreams = [
  ...["Microsoft-ContainerLogV2", "Microsoft-KubeEvents", "Microsoft-KubePodInventory", "Microsoft-KubeNodeInventory"],
  ...["Microsoft-KubeServices", "Microsoft-KubePVInventory", "Microsoft-ContainerInventory"],
  ...["Microsoft-ContainerNodeInventory", "Microsoft-InsightsMetrics", "Microsoft-Perf"],
];

const metricsStream = "Microsoft-PrometheusMetrics";

export interface Collection {
  resourceGroupName: pulumi.Input<string>;
  /** Region of the workspace that receives the data. Azure requires the rule and endpoint in the same region. */
  location: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  clusterId: pulumi.Input<string>;
  /** Resource id of the workspace. */
  workspaceId: pulumi.Input<string>;
}

const clusterName = (clusterId: pulumi.Input<string>) =>
  pulumi.output(clusterId).apply((id) => id.split("/").at(-1) ?? id);

/**
 * Uses Microsoft's naming scheme, so that `az aks` finds existing rules and does not create new ones:
 * `MSProm-REGION-CLUSTER`, `MSCI-REGION-CLUSTER`.
 */
const nameOf = (prefix: string, { location, clusterId }: Collection, longest: number) =>
  pulumi
    .all([location, clusterName(clusterId)])
    .apply(([region, name]) => shortened(`${prefix}-${region}-${name}`, longest));

/** Sends Prometheus metrics to an Azure Monitor workspace. */
export function collectMetrics(name: string, args: Collection, opts: pulumi.CustomResourceOptions): void {
  const { resourceGroupName, location, tags } = args;
  const endpoint = new DataCollectionEndpoint(
    `${name}-metrics`,
    {
      ...{ resourceGroupName, location, tags, kind: "Linux" },
      dataCollectionEndpointName: nameOf("MSProm", args, endpointLength),
      // The agents send over the internet, with the cluster's sign-in.
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

/** Sends container logs, events and inventory to a Log Analytics workspace. */
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
