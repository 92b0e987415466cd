/**
 * `Microsoft.Insights`: data collection endpoints, rules, and their associations with resources. An agent follows the rules that
 * its cluster is associated with; `monitoring/telemetry.ts` computes what arrives where.
 */
import { randomBytes } from "node:crypto";
import type { Cloud } from "../cloud.ts";
import { ArmError, type ErrorDetail } from "../armErrors.ts";
import { asObject, asObjects, asString, givenOnly, type JsonObject } from "../jsonValues.ts";
import { idKey } from "../resourcePath.ts";
import { workspaceType } from "./logAnalyticsWorkspace.ts";
import { monitorWorkspaceType } from "./monitorWorkspace.ts";
import type { ResourceType } from "./resourceType.ts";

export const endpointType = "Microsoft.Insights/dataCollectionEndpoints";
export const ruleType = "Microsoft.Insights/dataCollectionRules";
export const associationType = "Microsoft.Insights/dataCollectionRuleAssociations";
const apiVersions = ["2021-04-01", "2021-09-01-preview", "2022-06-01", "2023-03-11", "2024-03-11"];

/** Names of endpoints, rules and associations. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const checkName = (longest: number) => (name: string) =>
  new RegExp(`^[a-z0-9][a-z0-9._-]{1,${longest - 2}}[a-z0-9]$`, "i").test(name)
    ? undefined
    : new ArmError(
        400,
        "InvalidResourceName",
        `The resource name '${name}' is invalid: use 3 to ${longest} letters, digits, and '.', '_' and '-' in between.`,
      );

const immutableId = (kind: "dce" | "dcr") => `${kind}-${randomBytes(16).toString("hex")}`;

export const dataCollectionEndpoint: ResourceType = {
  type: endpointType,
  apiVersions,
  tracked: true,
  checkName: checkName(44),
  put: ({ name, body, existing, location }) => {
    const stamp = `${name.toLowerCase()}-${randomBytes(2).toString("hex")}.${location}-1`;
    const endpoint = (service: string) => ({ endpoint: `https://${stamp}.${service}.monitor.azure.com` });
    return {
      resource: {
        location,
        ...(asString(body.kind) !== undefined && { kind: asString(body.kind) }),
        properties: {
          immutableId: immutableId("dce"),
          configurationAccess: endpoint("handler.control"),
          logsIngestion: endpoint("ingest"),
          metricsIngestion: endpoint("metrics.ingest"),
          networkAcls: { publicNetworkAccess: "Enabled" },
          ...existing?.resource.properties,
          ...givenOnly(asObject(body.properties) ?? {}),
          provisioningState: "Succeeded",
        },
      },
    };
  },
};

export const dataCollectionRule: ResourceType = {
  type: ruleType,
  apiVersions,
  tracked: true,
  checkName: checkName(64),
  put: ({ cloud, body, existing, location }) => {
    const asked = givenOnly(asObject(body.properties) ?? {});
    const problems = ruleProblems(cloud, asked, location);
    if (problems.length > 0)
      throw new ArmError(400, "InvalidPayload", "Data collection rule is invalid", { details: problems });
    return {
      resource: {
        location,
        ...(asString(body.kind) !== undefined && { kind: asString(body.kind) }),
        properties: {
          ...asked,
          immutableId: existing?.resource.properties.immutableId ?? immutableId("dcr"),
          provisioningState: "Succeeded",
        },
      },
    };
  },
};

/** The destinations of a rule by name, with the id of the resource behind each. */
export function destinationsOf(rule: JsonObject): Map<string, string> {
  const { logAnalytics, monitoringAccounts } = asObject(rule.destinations) ?? {};
  const named = (list: unknown, id: string) =>
    asObjects(list).map((one): [string, string] => [asString(one.name) ?? "", asString(one[id]) ?? ""]);
  return new Map([...named(logAnalytics, "workspaceResourceId"), ...named(monitoringAccounts, "accountResourceId")]);
}

/** The names of a rule's flows' destinations for a stream. */
export const destinationNames = (rule: JsonObject, stream: string): string[] =>
  asObjects(rule.dataFlows).flatMap(({ streams, destinations }) =>
    Array.isArray(streams) && streams.includes(stream) && Array.isArray(destinations) ? destinations.map(String) : [],
  );

/** Streams that the data sources of a rule deliver. */
export const streamsOf = (rule: JsonObject): string[] =>
  Object.values(asObject(rule.dataSources) ?? {})
    .flatMap(asObjects)
    .flatMap(({ streams }) => (Array.isArray(streams) ? streams.map(String) : []));

/** The inner codes of missing and distant destinations were never seen; the outer one is documented. */
function ruleProblems(cloud: Cloud, rule: JsonObject, location: string): ErrorDetail[] {
  const destinations = destinationsOf(rule);
  const flows = asObjects(rule.dataFlows);
  const streams = streamsOf(rule);
  const unknownDestinations = flows
    .flatMap(({ destinations: names }) => (Array.isArray(names) ? names.map(String) : []))
    .filter((name) => !destinations.has(name))
    .map((name) => ({ code: "InvalidDataFlow", message: `'DataFlows' destination name is unknown: ${name}.` }));
  const unknownStreams = flows
    .flatMap(({ streams: names }) => (Array.isArray(names) ? names.map(String) : []))
    .filter((name) => !streams.includes(name) && streams.length > 0)
    .map((name) => ({ code: "InvalidDataFlow", message: `'DataFlows' stream is in no data source: ${name}.` }));
  const missing = [...destinations].flatMap(([name, id]) => {
    const found = cloud.inventory.get(id)?.resource;
    const known = found !== undefined && [workspaceType, monitorWorkspaceType].includes(found.type);
    if (!known)
      return [{ code: "InvalidDestination", message: `The resource of destination '${name}' was not found: ${id}.` }];
    // https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-create-edit
    return found.location === location
      ? []
      : [
          {
            code: "InvalidDestination",
            message: `Destination '${name}' is in the region ${found.location}, and the data collection rule is in ${location}.`,
          },
        ];
  });
  return [...unknownDestinations, ...unknownStreams, ...missing, ...endpointProblems(cloud, rule, location)];
}

/** Prometheus metrics arrive through an endpoint, which is in the rule's region. */
function endpointProblems(cloud: Cloud, rule: JsonObject, location: string): ErrorDetail[] {
  const refused = (message: string) => [{ code: "InvalidDataCollectionEndpoint", message }];
  const id = asString(rule.dataCollectionEndpointId);
  if (id === undefined)
    return streamsOf(rule).includes("Microsoft-PrometheusMetrics")
      ? refused("A data collection endpoint is required for the stream Microsoft-PrometheusMetrics.")
      : [];
  const endpoint = cloud.inventory.get(id)?.resource;
  if (endpoint?.type !== endpointType) return refused(`The data collection endpoint was not found: ${id}.`);
  return endpoint.location === location
    ? []
    : refused(
        `The data collection endpoint is in the region ${endpoint.location}, and the data collection rule is in ${location}.`,
      );
}

export const dataCollectionRuleAssociation: ResourceType = {
  type: associationType,
  apiVersions,
  tracked: false,
  checkName: checkName(64),
  put: ({ cloud, name, scope, id, body }) => {
    const { dataCollectionRuleId, dataCollectionEndpointId, description } = asObject(body.properties) ?? {};
    const [rule, endpoint] = [asString(dataCollectionRuleId), asString(dataCollectionEndpointId)];
    if ((rule === undefined) === (endpoint === undefined))
      throw new ArmError(
        400,
        "InvalidPayload",
        "Exactly one of dataCollectionRuleId and dataCollectionEndpointId must be given.",
      );
    if (endpoint !== undefined && name !== "configurationAccessEndpoint")
      throw new ArmError(
        400,
        "InvalidPayload",
        "The association with a data collection endpoint must be called configurationAccessEndpoint.",
      );
    const target = rule ?? endpoint ?? "";
    if (cloud.inventory.get(target)?.resource.type !== (rule === undefined ? endpointType : ruleType))
      throw new ArmError(404, "NotFound", `The resource '${target}' of the association was not found.`);
    const twin = cloud.inventory
      .within(scope, associationType)
      .find(
        ({ resource }) =>
          idKey(resource.id) !== idKey(id) && resource.properties.dataCollectionRuleId === rule && rule !== undefined,
      );
    if (twin !== undefined)
      throw new ArmError(
        409,
        "Conflict",
        `The resource is associated with this data collection rule already, by '${twin.resource.name}'.`,
      );
    return {
      resource: {
        properties: givenOnly({
          dataCollectionRuleId: rule,
          dataCollectionEndpointId: endpoint,
          description,
          provisioningState: "Succeeded",
        }),
      },
    };
  },
};
