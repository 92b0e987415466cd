/** Azure's quotas of vCPUs in a region: https://learn.microsoft.com/azure/quotas/per-vm-quota-requests */
import type { ResourceReader } from "../azure/resourceReader.ts";

export interface Usage {
  /** `value` names a VM family, or one of the quotas below. */
  name: { value: string; localizedValue: string };
  currentValue: number;
  limit: number;
}

/** The region's quotas that are not for a family: all vCPUs together, and those of spot nodes. */
export const [regionQuota, spotQuota] = ["cores", "lowPriorityCores"] as const;

/** @param subscription as a path: `/subscriptions/ID` */
const regionPath = (subscription: string, location: string) =>
  `${subscription}/providers/Microsoft.Compute/locations/${location}`;

export const usagesIn = (azure: ResourceReader, subscription: string, location: string): Promise<Usage[]> =>
  azure.list<Usage>(`${regionPath(subscription, location)}/usages`, "2024-07-01");

/** SKUs and usages write the names of families in different case. */
export const usageOf = (usages: readonly Usage[], quota: string): Usage | undefined =>
  usages.find(({ name }) => name.value.toLowerCase() === quota.toLowerCase());

/** The command that asks for more. @param limit the new one */
export function quotaCommand(quota: string, limit: number, subscription: string, location: string): string {
  const type = quota === spotQuota ? "lowPriority" : "dedicated";
  return `az quota update --resource-name ${quota} --scope ${regionPath(subscription, location)} --limit-object value=${limit} --resource-type ${type} (az extension add --name quota)`;
}
