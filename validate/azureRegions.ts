/**
 * Azure's regions, as `az account list-locations` names them, including announced ones.
 * https://learn.microsoft.com/azure/reliability/regions-list and .../azure/azure-government, .../azure/china, read 2026-11-28
 */
import { editDistance, nearest } from "./editDistance.ts";

export const azureRegions: readonly string[] = [
  ...["australiacentral", "australiacentral2", "australiaeast", "australiasoutheast", "austriaeast", "belgiumcentral"],
  ...["brazilsouth", "brazilsoutheast", "canadacentral", "canadaeast", "centralindia", "centralus", "centraluseuap"],
  ...["chilecentral", "denmarkeast", "eastasia", "eastus", "eastus2", "eastus2euap", "eastus3", "finlandcentral"],
  ...["francecentral", "francesouth", "germanynorth", "germanywestcentral", "greececentral", "indiasouthcentral"],
  ...["indonesiacentral", "israelcentral", "israelnorthwest", "italynorth", "japaneast", "japanwest"],
  ...["jioindiacentral", "jioindiawest", "koreacentral", "koreasouth", "malaysiasouth", "malaysiawest"],
  ...["mexicocentral", "newzealandnorth", "northcentralus", "northeastus5", "northeurope", "norwayeast", "norwaywest"],
  ...["polandcentral", "qatarcentral", "saudiarabiaeast", "southafricanorth", "southafricawest", "southcentralus"],
  ...["southcentralus2", "southeastasia", "southeastus", "southeastus3", "southeastus5", "southindia", "southwestus"],
  ...["spaincentral", "swedencentral", "swedensouth", "switzerlandnorth", "switzerlandwest", "taiwannorth"],
  ...["taiwannorthwest", "uaecentral", "uaenorth", "uksouth", "ukwest", "westcentralus", "westeurope", "westindia"],
  ...["westus", "westus2", "westus3"],
  ...["usgovarizona", "usgoviowa", "usgovtexas", "usgovvirginia", "usdodcentral", "usdodeast"],
  ...["chinaeast", "chinaeast2", "chinaeast3", "chinanorth", "chinanorth2", "chinanorth3"],
];

/**
 * Regions without availability zones for virtual machines.
 * https://learn.microsoft.com/azure/reliability/regions-list, read 2026-11-28
 */
const withoutZones: readonly string[] = [
  ...["australiacentral", "australiacentral2", "australiasoutheast", "brazilsoutheast", "canadaeast", "francesouth"],
  ...["germanynorth", "koreasouth", "northcentralus", "norwaywest", "southafricawest", "southindia", "swedensouth"],
  ...["switzerlandwest", "uaecentral", "ukwest", "westcentralus", "westindia", "westus"],
  ...["usgovarizona", "usgovtexas", "chinaeast", "chinaeast2", "chinanorth", "chinanorth2"],
];

/** Returns the problem with zones in a region, or `undefined`. */
export const zonesInRegionProblem = (zones: readonly string[], region: string): string | undefined =>
  zones.length > 0 && withoutZones.includes(region)
    ? `${region} has no availability zones (AvailabilityZoneNotSupported): remove the zones, or use a region with zones, e.g. "swedencentral"`
    : undefined;

/** Returns the cloud of a region. The clouds are separate: a resource of one cannot be in a region of another. */
const cloudOf = (region: string): "Azure China" | "Azure Government" | "Azure" =>
  /^china/.test(region) ? "Azure China" : /^us(gov|dod)/.test(region) ? "Azure Government" : "Azure";

/** Returns the problem with a region in another cloud than the stack's, or `undefined`. */
export function otherCloudProblem(region: string, home: string): string | undefined {
  if (home === "" || cloudOf(region) === cloudOf(home)) return undefined;
  return `"${region}" belongs to ${cloudOf(region)}, and location "${home}" to ${cloudOf(home)}, which share nothing: use a region of the same cloud`;
}

/** Region names contain a direction. An unknown name with a direction may be newer than this list. */
const looksNew = /^[a-z]*(north|south|east|west|central)[a-z]*\d?$/;
/** Closed Azure regions, and words that are only a part of a region name. */
const noRegions = ["germanycentral", "germanynortheast", "north", "south", "east", "west", "central"];

const list = "list them with az account list-locations -o table";

/** Returns the problem with the name of an Azure region, or `undefined`. */
export function locationProblem(value: string): string | undefined {
  if (azureRegions.includes(value)) return undefined;
  const meant = meantRegion(value);
  if (!/^[a-z]+[a-z0-9]*$/.test(value))
    return `"${value}" is not a region name: use lower case without spaces, e.g. "${meant ?? "westeurope"}"; ${list}`;
  if (meant !== undefined)
    return `"${value}" is not an Azure region (LocationNotAvailableForResourceGroup): did you mean "${meant}"? Otherwise ${list}`;
  if (looksNew.test(value) && !noRegions.includes(value)) return undefined;
  return `"${value}" is not an Azure region (LocationNotAvailableForResourceGroup): use e.g. "westeurope"; ${list}`;
}

/** Returns a warning about a region that may be newer than this list, or `undefined`. */
export const unknownRegionWarning = (value: string): string | undefined =>
  azureRegions.includes(value)
    ? undefined
    : `"${value}" is not among the regions that tarmac knows (of 2026-11-28), so Azure may refuse it; ${list}`;

/** Returns the known region that the user probably meant: other case, other word order, or a typo. */
function meantRegion(value: string): string | undefined {
  const plain = value.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (azureRegions.includes(plain)) return plain;
  // "europewest", "uswest2": other clouds use this word order.
  const [, words = "", digit = ""] = /^([a-z]*)(\d?)\d*$/.exec(plain) ?? [];
  for (let at = 1; at < words.length; at++) {
    const turned = words.slice(at) + words.slice(0, at);
    const found = [turned + digit, turned].find((name) => azureRegions.includes(name));
    if (found !== undefined) return found;
  }
  // At most two typos: many real names differ in only three letters.
  const near = nearest(plain, azureRegions);
  return near !== undefined && editDistance(plain, near) <= 2 ? near : undefined;
}
