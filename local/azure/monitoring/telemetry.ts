/**
 * What a cluster's monitoring delivers, and where. An add-on alone delivers nothing: its agent follows a data collection rule
 * that the cluster is associated with. https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable
 */
import type { Cloud } from "../cloud.ts";
import type { Resource } from "../inventory.ts";
import { asObject, asObjects, asString, type JsonObject } from "../jsonValues.ts";
import { associationType, destinationNames, destinationsOf, streamsOf } from "../resourceTypes/dataCollection.ts";
import { diagnosticSettingType, enabledCategories } from "../resourceTypes/diagnosticSetting.ts";

/** Ids of the destination resources, by stream or category. */
type Delivered = Record<string, string[]>;

export interface Telemetry {
  cluster: string;
  /** Prometheus metrics. */
  metrics: Delivered;
  /** Logs of containers and events. */
  logs: Delivered;
  /** Logs of the control plane. */
  controlPlane: Delivered;
  /** Add-ons that are on and deliver nothing. */
  idle: string[];
}

const metricsStream = "Microsoft-PrometheusMetrics";

export function telemetryOf(cloud: Cloud, { id, properties }: Resource): Telemetry {
  const rules = cloud.inventory
    .within(id, associationType)
    .flatMap(({ resource }) => cloud.inventory.get(asString(resource.properties.dataCollectionRuleId) ?? "") ?? [])
    .map(({ resource }) => resource.properties);
  const metricsOn = asObject(asObject(properties.azureMonitorProfile)?.metrics)?.enabled === true;
  const logAgent = asObject(asObject(properties.addonProfiles)?.omsagent);
  const logsOn = logAgent?.enabled === true;
  // With the key of the workspace instead of Entra, the agent needs no rule.
  const oldSignIn = logsOn && asString(asObject(logAgent.config)?.useAADAuth) !== "true";
  const workspace = asString(asObject(logAgent?.config)?.logAnalyticsWorkspaceResourceID) ?? "";
  const metrics = metricsOn ? delivered(cloud, rules, (stream) => stream === metricsStream) : {};
  const logs = !logsOn
    ? {}
    : oldSignIn
      ? { ContainerLog: [workspace] }
      : delivered(cloud, rules.filter(hasContainerInsights), (stream) => stream !== metricsStream);
  return {
    cluster: id,
    metrics,
    logs,
    controlPlane: controlPlane(cloud, id),
    idle: [
      ...(metricsOn && Object.keys(metrics).length === 0 ? ["azureMonitorProfile.metrics"] : []),
      ...(logsOn && Object.keys(logs).length === 0 ? ["addonProfiles.omsagent"] : []),
    ],
  };
}

const hasContainerInsights = (rule: JsonObject) =>
  asObjects(asObject(rule.dataSources)?.extensions).some(({ extensionName }) => extensionName === "ContainerInsights");

function delivered(cloud: Cloud, rules: readonly JsonObject[], wanted: (stream: string) => boolean): Delivered {
  const found: Delivered = {};
  for (const rule of rules) {
    const destinations = destinationsOf(rule);
    for (const stream of streamsOf(rule).filter(wanted)) {
      const ids = destinationNames(rule, stream)
        .flatMap((name) => destinations.get(name) ?? [])
        .filter((id) => cloud.inventory.get(id) !== undefined);
      if (ids.length > 0) found[stream] = [...(found[stream] ?? []), ...ids];
    }
  }
  return found;
}

function controlPlane(cloud: Cloud, clusterId: string): Delivered {
  const found: Delivered = {};
  for (const { resource } of cloud.inventory.within(clusterId, diagnosticSettingType)) {
    const workspace = asString(resource.properties.workspaceId);
    for (const category of enabledCategories(resource.properties))
      if (workspace !== undefined) found[category] = [...(found[category] ?? []), workspace];
  }
  return found;
}
