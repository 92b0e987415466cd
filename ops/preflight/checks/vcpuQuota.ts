/**
 * Checks whether the vCPU quota is sufficient for the first deployment, and for the autoscaler's maximum during an
 * upgrade.
 */
import { quotaCommand, regionQuota, spotQuota, type Usage, usageOf, usagesIn } from "../computeQuota.ts";
import { ok, type Outcome, type PreflightCheck, problem } from "../preflightCheck.ts";
import { type OfferedSize, sizeNamed, sizesIn } from "../skus.ts";

export const vcpuQuota: PreflightCheck = {
  name: "vcpu-quota",
  about:
    "The vCPU quota of each VM family and of the region covers every pool at its maximum with the nodes that an upgrade adds; what the stack runs already counts as its own.",
  applies: ({ pools }) => pools.length > 0,
  async run({ pools, location }, { azure, subscription, existing }) {
    const [sizes, usages, stack] = await Promise.all([
      sizesIn(azure, subscription, location),
      usagesIn(azure, subscription, location),
      existing(),
    ]);
    const counted = (wanted: Counted[]) => vcpusByQuota(wanted, sizes);
    const first = counted(pools.map(({ first: count, ...pool }) => ({ ...pool, count })));
    const most = counted(pools.map(({ most: count, ...pool }) => ({ ...pool, count })));
    const own = counted(stack.cluster?.location === location ? stack.cluster.pools : []);
    return [...most].flatMap(([quota, needed]) => {
      const usage = usageOf(usages, quota);
      if (usage === undefined) return [];
      const free = usage.limit - usage.currentValue + (own.get(quota) ?? 0);
      return [outcomeOf(usage, { free, first: first.get(quota) ?? 0, most: needed }, location, subscription)];
    });
  },
};

interface Counted {
  vmSize: string;
  spot: boolean;
  count: number;
}

/**
 * By quota name in lower case: skus and usages write families in different case. Sizes that are not offered are not
 * counted.
 */
function vcpusByQuota(pools: readonly Counted[], sizes: readonly OfferedSize[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { vmSize, spot: isSpot, count } of pools) {
    const size = sizeNamed(sizes, vmSize);
    if (size === undefined) continue;
    for (const quota of isSpot ? [spotQuota] : [size.family, regionQuota]) {
      const key = quota.toLowerCase();
      sums.set(key, (sums.get(key) ?? 0) + size.vcpus * count);
    }
  }
  return sums;
}

interface Needed {
  free: number;
  first: number;
  most: number;
}

function outcomeOf(usage: Usage, { free, first, most }: Needed, location: string, subscription: string): Outcome {
  const { name, limit } = usage;
  const quota = `${name.localizedValue} in ${location}`;
  if (most <= free) return ok(`${quota}: ${most} needed at most, ${free} of ${limit} free`);
  const wanted = limit + most - free;
  const when =
    first > free
      ? `the first deployment needs ${first}, and ${most} with the autoscaler's maximum and an upgrade`
      : `the first deployment's ${first} fit, but ${most} with the autoscaler's maximum and an upgrade do not`;
  return problem(
    `${quota}: ${when}; ${free} of ${limit} are free`,
    `${quotaCommand(name.value, wanted, subscription, location)}, or smaller pools`,
  );
}
