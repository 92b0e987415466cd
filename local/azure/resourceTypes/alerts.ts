/** Alerts: `Microsoft.Insights/actionGroups`, and `Microsoft.AlertsManagement/prometheusRuleGroups`. Stored and validated; nothing ever fires. */
import type { Cloud } from "../cloud.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asObjects, asString, givenOnly, isGiven, type JsonObject } from "../jsonValues.ts";
import { monitorWorkspaceType } from "./monitorWorkspace.ts";
import type { ResourceType } from "./resourceType.ts";

export const actionGroupType = "Microsoft.Insights/actionGroups";
export const ruleGroupType = "Microsoft.AlertsManagement/prometheusRuleGroups";

const checkName = (name: string) =>
  name.length <= 260 && !/[:@,.#<>+%&?/\\*]/.test(name) && name.trim() === name
    ? undefined
    : new ArmError(400, "InvalidResourceName", `The name '${name}' is invalid.`);

export const actionGroup: ResourceType = {
  type: actionGroupType,
  apiVersions: ["2021-09-01", "2022-06-01", "2023-01-01", "2023-09-01-preview", "2024-10-01-preview"],
  tracked: true,
  global: true,
  checkName,
  put: ({ body, existing, location }) => {
    const asked = givenOnly(asObject(body.properties) ?? {});
    const short = asString(asked.groupShortName) ?? "";
    if (short.length < 1 || short.length > 12)
      throw badRequest(`The length of the short name '${short}' must be from 1 to 12.`, "groupShortName");
    const names = Object.values(asked)
      .flatMap(asObjects)
      .map(({ name }) => asString(name));
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw badRequest(`Receiver names must be unique, and '${twice}' is not.`);
    return { resource: { location, properties: { ...existing?.resource.properties, ...asked } } };
  },
};

/** https://learn.microsoft.com/azure/azure-monitor/metrics/prometheus-rule-groups */
const mostRules = 20;

export const prometheusRuleGroup: ResourceType = {
  type: ruleGroupType,
  apiVersions: ["2021-07-22-preview", "2023-03-01"],
  tracked: true,
  checkName,
  put: ({ cloud, body, existing, location }) => {
    const asked = givenOnly(asObject(body.properties) ?? {});
    checkScopes(cloud, asked, location);
    const rules = asObjects(asked.rules);
    if (rules.length === 0 || rules.length > mostRules)
      throw badRequest(`A rule group has 1 to ${mostRules} rules, and this one has ${rules.length}.`, "rules");
    const minutes = /^PT(\d+)M$/.exec(asString(asked.interval) ?? "PT1M")?.[1];
    if (minutes === undefined || Number(minutes) < 1 || Number(minutes) > 15)
      throw badRequest("The interval must be from PT1M to PT15M.", "interval");
    for (const rule of rules) checkRule(cloud, rule);
    return {
      resource: {
        location,
        properties: { enabled: true, interval: "PT1M", ...existing?.resource.properties, ...asked },
      },
    };
  },
};

function checkScopes(cloud: Cloud, { scopes, clusterName }: JsonObject, location: string): void {
  const ids = Array.isArray(scopes) ? scopes.map(String) : [];
  const [workspace, cluster] = ids.map((id) => cloud.inventory.get(id)?.resource);
  if (workspace?.type !== monitorWorkspaceType)
    throw badRequest("The first scope must be the resource id of an Azure Monitor workspace.", "scopes");
  if (workspace.location !== location)
    throw badRequest(
      `The rule group must be in the region of its Azure Monitor workspace, ${workspace.location}.`,
      "location",
    );
  if (ids.length > 1 && cluster === undefined) throw badRequest(`The scope '${ids[1]}' was not found.`, "scopes");
  if (ids.length > 1 && isGiven(clusterName) && clusterName !== cluster?.name)
    throw badRequest(
      `The clusterName '${asString(clusterName)}' is not the cluster of the second scope, '${cluster?.name}'.`,
      "clusterName",
    );
}

function checkRule(cloud: Cloud, { alert, record, expression, severity, actions }: JsonObject): void {
  if (isGiven(alert) === isGiven(record)) throw badRequest("A rule must have either 'alert' or 'record'.", "rules");
  if ((asString(expression) ?? "") === "") throw badRequest("A rule must have an expression.", "rules");
  if (isGiven(severity) && !(typeof severity === "number" && severity >= 0 && severity <= 4))
    throw badRequest(`The severity of '${asString(alert)}' must be from 0 to 4.`, "rules");
  for (const { actionGroupId } of asObjects(actions))
    if (
      cloud.inventory.get(asString(actionGroupId) ?? "")?.resource.type.toLowerCase() !== actionGroupType.toLowerCase()
    )
      throw badRequest(`The action group '${asString(actionGroupId)}' was not found.`, "rules");
}
