/** Validates a registry's settings: what needs a higher SKU, allowed values, and what is fixed at creation. */
import { isIPv4 } from "node:net";
import { ArmError } from "../armErrors.ts";
import { asObject, asString, isGiven, type JsonObject } from "../jsonValues.ts";

/**
 * @param settings the new settings
 * @param before the current settings; undefined for a new registry
 * @throws ArmError 400
 */
export function checkRegistrySettings(settings: JsonObject, before: JsonObject | undefined, sku: string): void {
  const mode = settings.roleAssignmentMode;
  if (isGiven(mode) && mode !== "LegacyRegistryPermissions" && mode !== "AbacRepositoryPermissions") {
    throw invalid(
      `roleAssignmentMode must be LegacyRegistryPermissions or AbacRepositoryPermissions, not '${JSON.stringify(mode)}'.`,
    );
  }
  checkRetention(settings);
  checkRanges(settings);
  if (before !== undefined && isGiven(settings.zoneRedundancy) && settings.zoneRedundancy !== before.zoneRedundancy) {
    throw invalid("zoneRedundancy cannot be changed after the registry has been created.");
  }
  if (sku !== "Premium") {
    const [feature] = premiumFeatures(settings);
    if (feature !== undefined) throw skuNotSupported(`${feature} needs the SKU Premium, and this registry has ${sku}.`);
  }
  if (settings.anonymousPullEnabled === true && sku === "Basic") {
    throw skuNotSupported("anonymousPullEnabled needs the SKU Standard or Premium, and this registry has Basic.");
  }
}

function premiumFeatures(settings: JsonObject): string[] {
  const rules = asObject(settings.networkRuleSet);
  const used: Record<string, boolean> = {
    zoneRedundancy: settings.zoneRedundancy === "Enabled",
    dataEndpointEnabled: settings.dataEndpointEnabled === true,
    "publicNetworkAccess Disabled": settings.publicNetworkAccess === "Disabled",
    networkRuleSet: rules?.defaultAction === "Deny" || rangesOf(settings).length > 0,
    retentionPolicy: retentionOf(settings)?.status === "enabled",
  };
  return Object.keys(used).filter((feature) => used[feature]);
}

const retentionOf = (settings: JsonObject) => asObject(asObject(settings.policies)?.retentionPolicy);

function checkRetention(settings: JsonObject): void {
  const days = retentionOf(settings)?.days;
  if (!isGiven(days) || (typeof days === "number" && Number.isInteger(days) && days >= 0 && days <= 365)) return;
  throw invalid(`retentionPolicy.days must be a whole number from 0 to 365, not '${JSON.stringify(days)}'.`);
}

function rangesOf(settings: JsonObject): unknown[] {
  const rules = asObject(settings.networkRuleSet)?.ipRules;
  return Array.isArray(rules) ? rules : [];
}

function checkRanges(settings: JsonObject): void {
  const ranges = rangesOf(settings);
  if (ranges.length > 200) throw invalid(`networkRuleSet has ${ranges.length} ipRules; at most 200 are allowed.`);
  for (const rule of ranges) {
    const range = asString(asObject(rule)?.value) ?? "";
    const [address = "", bits] = range.split("/");
    const inRange = bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= 32);
    if (!isIPv4(address) || !inRange)
      throw invalid(`networkRuleSet has the ipRule '${range}', which is not an IPv4 range.`);
  }
}

const invalid = (message: string) => new ArmError(400, "InvalidParameter", message);
const skuNotSupported = (message: string) => new ArmError(400, "SkuNotSupported", message);
