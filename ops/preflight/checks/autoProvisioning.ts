/**
 * Checks whether the subscription may have the nodes that AKS Automatic creates. AKS's own system nodes use no customer
 * quota; nodes for the pods and for AKS's add-ons do.
 * https://learn.microsoft.com/azure/aks/node-auto-provisioning-node-pools#review-default-node-pool-configuration
 */
import { ok, type PreflightCheck, problem } from "../preflightCheck.ts";
import { sizesIn } from "../skus.ts";

/**
 * LocalDNS, which AKS Automatic requires, needs nodes of at least this size:
 * https://learn.microsoft.com/azure/aks/localdns-custom#prerequisites
 */
const vcpusOfNode = 4;
/** One node for the pods, one for AKS's add-ons (`aks-system-surge`). */
const vcpusNeeded = 2 * vcpusOfNode;

export const autoProvisioning: PreflightCheck = {
  name: "node-auto-provisioning",
  about: `With AKS Automatic, the region offers this subscription a size of the D family with ${vcpusOfNode} vCPUs, and the quotas of its family and of the region have ${vcpusNeeded} vCPUs free for the first two nodes.`,
  applies: ({ automatic }) => automatic,
  async run({ location }, { azure, subscription, existing }) {
    if ((await existing()).cluster !== undefined) return [ok("the cluster of this stack exists already")];
    const [sizes, usages] = await Promise.all([
      sizesIn(azure, subscription, location),
      azure.list<Usage>(`${subscription}/providers/Microsoft.Compute/locations/${location}/usages`, "2024-07-01"),
    ]);
    const freeOf = (quota: string) => {
      const usage = usages.find(({ name }) => name.value.toLowerCase() === quota.toLowerCase());
      return usage === undefined ? 0 : usage.limit - usage.currentValue;
    };
    // Sizes with a "p" have Arm processors, which the default NodePool does not create.
    const offered = sizes.filter(
      ({ name, vcpus, refused }) =>
        /^Standard_D\d+[a-oq-z]*_/i.test(name) && vcpus === vcpusOfNode && refused === undefined,
    );
    if (offered.length === 0)
      return [
        problem(
          `${location} offers this subscription no size of the D family with ${vcpusOfNode} vCPUs, and AKS Automatic creates no other nodes`,
          `use another location, or ask for access: https://learn.microsoft.com/troubleshoot/azure/general/region-access-request-process`,
        ),
      ];
    const families = [...new Set(offered.map(({ family }) => family))];
    const best = families.sort((a, b) => freeOf(b) - freeOf(a))[0] ?? "";
    const scope = `${subscription}/providers/Microsoft.Compute/locations/${location}`;
    const short = [regionQuota, best].filter((quota) => freeOf(quota) < vcpusNeeded);
    if (short.length === 0)
      return [ok(`${vcpusNeeded} vCPUs for the first nodes are free in ${location}: ${freeOf(best)} of ${best}`)];
    return short.map((quota) =>
      problem(
        `the first two nodes of AKS Automatic need ${vcpusNeeded} vCPUs, and ${freeOf(quota)} of ${quota} are free in ${location}`,
        `az quota update --resource-name ${quota} --scope ${scope} --limit-object value=${limitOf(usages, quota) + vcpusNeeded - freeOf(quota)} --resource-type dedicated (az extension add --name quota)`,
      ),
    );
  },
};

/** The region's quota for all vCPUs together. */
const regionQuota = "cores";

interface Usage {
  name: { value: string };
  currentValue: number;
  limit: number;
}

const limitOf = (usages: readonly Usage[], quota: string): number =>
  usages.find(({ name }) => name.value.toLowerCase() === quota.toLowerCase())?.limit ?? 0;
