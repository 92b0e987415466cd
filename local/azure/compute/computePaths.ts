/** `Microsoft.Compute/skus` and usages, and `Microsoft.Quota` for managed clusters: the limits of the subscription, and their use. Read-only. */
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import type { Reply, Request } from "../httpMessages.ts";
import type { JsonObject } from "../jsonValues.ts";
import { page } from "../lists.ts";
import { locationNames } from "../locations.ts";
import { clustersIn, regionQuota, spotQuota, vcpuLimit, vcpusUsed, zonesOffered } from "./nodeQuota.ts";
import { type VmSize, vmFamilies, vmSizes, zonesOf } from "./vmSizes.ts";

/** `GET /subscriptions/ID/providers/Microsoft.Compute/skus`, of one location or of all. */
export function skus(cloud: Cloud, request: Request): Reply {
  const filter = request.query.get("$filter");
  const location = /^location eq '([^']+)'$/i.exec(filter?.trim() ?? "")?.[1]?.toLowerCase();
  if (filter !== null && location === undefined)
    throw new ArmError(400, "InvalidFilterInQueryString", `Invalid $filter '${filter}' specified in the query string.`);
  const places = location === undefined ? locationNames : locationNames.filter((name) => name === location);
  return page(
    request,
    places.flatMap((place) => vmSizes.map((size) => sku(cloud, place, size))),
  );
}

function sku(cloud: Cloud, location: string, { name, family, vcpus, memoryGB }: VmSize): JsonObject {
  const zones = zonesOf(location);
  const offered = zonesOffered(cloud, location, name);
  const refused = zones.filter((zone) => !offered.includes(zone));
  const reasonCode = "NotAvailableForSubscription";
  const restricted = (type: "Location" | "Zone", restrictionInfo: JsonObject) => ({
    type,
    values: [location],
    restrictionInfo: { locations: [location], ...restrictionInfo },
    reasonCode,
  });
  return {
    resourceType: "virtualMachines",
    name,
    tier: "Standard",
    size: name.replace("Standard_", ""),
    family,
    locations: [location],
    locationInfo: [{ location, zones, zoneDetails: [] }],
    capabilities: [
      { name: "vCPUs", value: `${vcpus}` },
      { name: "MemoryGB", value: `${memoryGB}` },
    ],
    restrictions: [
      ...(cloud.simulation.limits.sizes[name] === false ? [restricted("Location", {})] : []),
      ...(refused.length > 0 ? [restricted("Zone", { zones: refused })] : []),
    ],
  };
}

/** `GET .../Microsoft.Compute/locations/LOCATION/usages`. */
export function vcpuUsages(cloud: Cloud, request: Request, location: string): Reply {
  const usage = (name: string, localizedValue: string) => ({
    limit: vcpuLimit(cloud, name),
    unit: "Count",
    currentValue: vcpusUsed(cloud, location, name),
    name: { value: name, localizedValue },
  });
  return page(request, [
    usage(regionQuota, "Total Regional vCPUs"),
    usage(spotQuota, "Total Regional Spot vCPUs"),
    ...vmFamilies.map((family) =>
      usage(family, family.replace(/^standard/i, "Standard ").replace("Family", " Family vCPUs")),
    ),
  ]);
}

/** `GET .../Microsoft.ContainerService/locations/LOCATION/providers/Microsoft.Quota/quotas` and `usages`. */
export function clusterQuota(cloud: Cloud, request: Request, location: string, kind: "quotas" | "usages"): Reply {
  const name = { value: "ManagedClusters", localizedValue: "Managed Clusters" };
  const value = kind === "quotas" ? cloud.simulation.limits.clusters : clustersIn(cloud, location);
  return page(request, [
    {
      id: `${request.path}/${name.value}`,
      type: `Microsoft.Quota/${kind}`,
      name: name.value,
      properties: {
        name,
        unit: "Count",
        ...(kind === "quotas" ? { limit: { limitObjectType: "LimitValue", value } } : { usages: { value } }),
      },
    },
  ]);
}
