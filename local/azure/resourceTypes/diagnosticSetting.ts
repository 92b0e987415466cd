/** `Microsoft.Insights/diagnosticSettings`: where a resource's own logs go, such as those of a cluster's control plane. */
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asObjects, asString, givenOnly } from "../jsonValues.ts";
import { idKey } from "../resourcePath.ts";
import { workspaceType } from "./logAnalyticsWorkspace.ts";
import type { ResourceType } from "./resourceType.ts";

export const diagnosticSettingType = "Microsoft.Insights/diagnosticSettings";
/** A resource has at most this many. https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings */
const most = 5;

/** https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs */
const clusterCategories = [
  ...["kube-apiserver", "kube-audit", "kube-audit-admin", "kube-controller-manager", "kube-scheduler", "guard"],
  ...["cluster-autoscaler", "cloud-controller-manager", "csi-azuredisk-controller", "csi-azurefile-controller"],
  ...["csi-snapshot-controller", "fleet-member-agent", "fleet-member-net-controller-manager", "karpenter-events"],
];
const clusterPath = /\/providers\/Microsoft\.ContainerService\/managedClusters\/[^/]+$/i;

const sinks = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId"] as const;

export const diagnosticSetting: ResourceType = {
  type: diagnosticSettingType,
  apiVersions: ["2017-05-01-preview", "2021-05-01-preview"],
  tracked: false,
  createdStatus: 200,
  checkName: (name) =>
    /^[^*<>%&:?+/\\ .][^*<>%&:?+/\\]{0,258}[^*<>%&:?+/\\ .]$/.test(name)
      ? undefined
      : new ArmError(400, "BadRequest", `The diagnostic setting name '${name}' is invalid.`),
  put: ({ cloud, id, scope, body, existing }) => {
    const asked = givenOnly(asObject(body.properties) ?? {});
    const used = sinks.flatMap((sink) => asString(asked[sink]) ?? []);
    if (used.length === 0) throw badRequest("At least one data sink needs to be specified.");
    const workspace = asString(asked.workspaceId);
    if (workspace !== undefined && cloud.inventory.get(workspace)?.resource.type !== workspaceType)
      throw new ArmError(404, "ResourceNotFound", `The Resource '${workspace}' was not found.`);
    const categories = enabledCategories(asked);
    const unsupported = clusterPath.test(scope)
      ? categories.find((one) => !clusterCategories.includes(one))
      : undefined;
    if (unsupported !== undefined) throw badRequest(`Category '${unsupported}' is not supported.`);
    const others = cloud.inventory
      .within(scope, diagnosticSettingType)
      .filter(({ resource }) => idKey(resource.id) !== idKey(id));
    if (existing === undefined && others.length >= most)
      throw new ArmError(
        409,
        "Conflict",
        `The limit of ${most} diagnostic settings was reached. To create new diagnostic setting, delete an existing one.`,
      );
    for (const { resource } of others) {
      const sink = used.find((one) =>
        sinks.some((key) => idKey(asString(resource.properties[key]) ?? "") === idKey(one)),
      );
      const category = categories.find((one) => enabledCategories(resource.properties).includes(one));
      if (sink === undefined || category === undefined) continue;
      throw new ArmError(
        409,
        "Conflict",
        `Data sink '${sink}' is already used in diagnostic setting '${resource.name}' for category '${category}'. ` +
          "Data sinks can't be reused in different settings on the same category for the same resource.",
      );
    }
    return { resource: { properties: asked } };
  },
};

/** Categories of logs that a setting sends somewhere. */
export const enabledCategories = ({ logs }: Record<string, unknown>): string[] =>
  asObjects(logs).flatMap(({ category, enabled }) => (enabled === true ? (asString(category) ?? []) : []));
