/** `Microsoft.Network/networkSecurityGroups`. Their rules are validated and shown; no packet is filtered by them. */
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import { asObject, asObjects, asString, givenOnly, type JsonObject } from "../jsonValues.ts";
import { checkNetworkName } from "../network/networkNames.ts";
import { subnetsWith } from "../network/references.ts";
import { networkVersions } from "../apiVersions.ts";
import type { ResourceType } from "./resourceType.ts";

export const networkSecurityGroup: ResourceType = {
  type: "Microsoft.Network/networkSecurityGroups",
  apiVersions: networkVersions,
  tracked: true,
  checkName: (name) => checkNetworkName(name),

  put: ({ id, body, existing, location }) => {
    const { securityRules, ...settings } = asObject(body.properties) ?? {};
    const rules = asObjects(securityRules).map((rule) => ({
      ...rule,
      id: `${id}/securityRules/${asString(rule.name) ?? ""}`,
      properties: { ...asObject(rule.properties), provisioningState: "Succeeded" },
    }));
    checkRules(rules.map((rule) => ({ name: asString((rule as JsonObject).name) ?? "", ...rule })));
    return {
      resource: {
        location,
        properties: {
          ...existing?.resource.properties,
          ...givenOnly(settings),
          // As in Azure, the list is complete: rules that a request leaves out are deleted.
          securityRules: rules,
          provisioningState: "Succeeded",
        },
      },
    };
  },

  checkRemoval: (cloud, { resource }) => requireDetached(cloud, resource.id, resource.name),
  present: (cloud, { resource }) => ({
    ...resource,
    properties: { ...resource.properties, ...subnetsWith(cloud, "networkSecurityGroup", resource.id) },
  }),
};

function checkRules(rules: readonly { name: string; properties: JsonObject }[]): void {
  const taken = new Map<string, string>();
  for (const { name, properties } of rules) {
    const { priority, direction } = properties;
    if (typeof priority !== "number" || priority < 100 || priority > 4096) {
      throw new ArmError(
        400,
        "SecurityRuleInvalidPriority",
        `Security rule has invalid Priority. Value provided: ${JSON.stringify(priority)} Allowed range 100-4096.`,
      );
    }
    const place = `${String(direction)} ${priority}`;
    const other = taken.get(place);
    if (other !== undefined) {
      throw new ArmError(
        400,
        "SecurityRuleConflict",
        `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction.`,
      );
    }
    taken.set(place, name);
  }
}

function requireDetached(cloud: Cloud, id: string, name: string): void {
  const { subnets = [] } = subnetsWith(cloud, "networkSecurityGroup", id);
  if (subnets.length === 0) return;
  throw new ArmError(
    400,
    "InUseNetworkSecurityGroupCannotBeDeleted",
    `Network security group ${name} cannot be deleted because it is in use by the following resources: ${subnets.map((subnet) => subnet.id).join(", ")}.`,
  );
}
