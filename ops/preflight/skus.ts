/** Virtual machine sizes as `Microsoft.Compute/skus` describes them for a subscription. */
import type { ResourceReader } from "../azure/resourceReader.ts";

interface Sku {
  name: string;
  resourceType: string;
  family: string;
  locationInfo?: { location: string; zones?: string[] }[];
  capabilities?: { name: string; value: string }[];
  restrictions?: {
    type: "Location" | "Zone";
    reasonCode: string;
    restrictionInfo?: { zones?: string[] };
  }[];
}

export interface OfferedSize {
  name: string;
  family: string;
  vcpus: number;
  /** Zones in which this subscription may use it; empty in a region without zones. */
  zones: string[];
  /** Why this subscription may not use it in the region at all, e.g. "NotAvailableForSubscription". */
  refused?: string;
}

const cache = new WeakMap<ResourceReader, Map<string, Promise<OfferedSize[]>>>();

/** Every size in a region; requested once per reader. @throws AzureRefused */
export function sizesIn(azure: ResourceReader, subscription: string, location: string): Promise<OfferedSize[]> {
  const known = cache.get(azure) ?? new Map<string, Promise<OfferedSize[]>>();
  cache.set(azure, known);
  const asked = known.get(location) ?? readSizes(azure, subscription, location);
  known.set(location, asked);
  return asked;
}

/** Azure compares size names case-insensitively. */
export const sizeNamed = (sizes: readonly OfferedSize[], name: string): OfferedSize | undefined =>
  sizes.find((size) => size.name.toLowerCase() === name.toLowerCase());

async function readSizes(azure: ResourceReader, subscription: string, location: string): Promise<OfferedSize[]> {
  const skus = await azure.list<Sku>(`${subscription}/providers/Microsoft.Compute/skus`, "2021-07-01", {
    $filter: `location eq '${location}'`,
  });
  return skus
    .filter(({ resourceType }) => resourceType === "virtualMachines")
    .map(({ name, family, locationInfo = [], capabilities = [], restrictions = [] }) => {
      const capability = (wanted: string) => capabilities.find((one) => one.name === wanted)?.value;
      const refused = restrictions.find(({ type }) => type === "Location")?.reasonCode;
      const closed = restrictions.flatMap(({ type, restrictionInfo }) =>
        type === "Zone" ? (restrictionInfo?.zones ?? []) : [],
      );
      const zones = locationInfo.find((info) => info.location.toLowerCase() === location)?.zones ?? [];
      return {
        name,
        family,
        // Constrained sizes such as E32-8s have fewer vCPUs than their hardware: use the available number.
        vcpus: Number(capability("vCPUsAvailable") ?? capability("vCPUs") ?? 0),
        zones: zones.filter((zone) => !closed.includes(zone)).sort(),
        ...(refused !== undefined && { refused }),
      };
    });
}
