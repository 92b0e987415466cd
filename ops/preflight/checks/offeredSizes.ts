/** Checks whether each size is offered to this subscription in the region, in the zones of its pool. */
import { ok, type Outcome, type PreflightCheck, problem } from "../preflightCheck.ts";
import type { PlannedPool } from "../plannedStack.ts";
import { type OfferedSize, sizeNamed, sizesIn } from "../skus.ts";

export const vmSizes: PreflightCheck = {
  name: "vm-sizes",
  about: "Each pool's size is offered to this subscription in the region, and in each zone of the pool.",
  applies: ({ pools }) => pools.length > 0,
  async run({ pools, location }, { azure, subscription }) {
    const sizes = await sizesIn(azure, subscription, location);
    return pools.map((pool) => outcomeOf(pool, sizes, location));
  },
};

function outcomeOf(pool: PlannedPool, sizes: readonly OfferedSize[], location: string): Outcome {
  const { name, vmSize, zones, setting } = pool;
  const size = sizeNamed(sizes, vmSize);
  if (size === undefined || size.refused !== undefined) {
    const why =
      size === undefined
        ? `${location} does not offer it`
        : `this subscription may not have it there (${size.refused})`;
    return problem(
      `pool "${name}": ${vmSize}: ${why}`,
      `set ${setting.size} to ${alternatives(pool, size, sizes)} (az vm list-skus --location ${location} --size ${vmSize.split("_")[1] ?? ""} --all --output table)`,
    );
  }
  const missing = zones.filter((zone) => !size.zones.includes(zone));
  if (missing.length === 0)
    return ok(`pool "${name}": ${vmSize} is offered${zones.length > 0 ? ` in the zones ${zones.join(", ")}` : ""}`);
  return problem(
    `pool "${name}": ${vmSize} is not offered to this subscription in ${missing.length === 1 ? "zone" : "the zones"} ${missing.join(", ")}`,
    `set ${setting.zones} to ${JSON.stringify(size.zones)}, or ${setting.size} to ${alternatives(pool, size, sizes)}; ` +
      `for access to a zone: az support ticket or https://learn.microsoft.com/troubleshoot/azure/general/region-access-request-process`,
  );
}

/** Up to three sizes with the same number of vCPUs that the subscription may use in all zones of the pool. */
function alternatives(
  { vmSize, zones }: PlannedPool,
  size: OfferedSize | undefined,
  sizes: readonly OfferedSize[],
): string {
  const letter = /^Standard_([A-Z]+)/i.exec(vmSize)?.[1] ?? "D";
  const vcpus = size?.vcpus ?? Number(/\d+/.exec(vmSize)?.[0] ?? 0);
  const found = sizes
    .filter(({ name, refused, zones: offered, ...other }) => {
      const alike = new RegExp(`^Standard_${letter}\\d`, "i").test(name) && name.toLowerCase() !== vmSize.toLowerCase();
      return alike && refused === undefined && other.vcpus === vcpus && zones.every((zone) => offered.includes(zone));
    })
    // Newer generations first: v6 before v5.
    .sort((a, b) => generation(b.name) - generation(a.name))
    .slice(0, 3)
    .map(({ name }) => name);
  return found.length > 0 ? found.join(" or ") : "another size";
}

const generation = (name: string): number => Number(/_v(\d+)$/.exec(name)?.[1] ?? 1);
