/**
 * Checks whether the subscription may have the nodes that AKS Automatic creates. AKS's own system nodes use no customer
 * quota; nodes for the pods and for AKS's add-ons do.
 * https://learn.microsoft.com/azure/aks/node-auto-provisioning-node-pools#review-default-node-pool-configuration
 */
import { quotaCommand, regionQuota, usageOf, usagesIn } from "../computeQuota.ts";
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
      usagesIn(azure, subscription, location),
    ]);
    const freeOf = (quota: string) => {
      const usage = usageOf(usages, quota);
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
    const short = [regionQuota, best].filter((quota) => freeOf(quota) < vcpusNeeded);
    if (short.length === 0)
      return [ok(`${vcpusNeeded} vCPUs for the first nodes are free in ${location}: ${freeOf(best)} of ${best}`)];
    return short.map((quota) =>
      problem(
        `the first two nodes of AKS Automatic need ${vcpusNeeded} vCPUs, and ${freeOf(quota)} of ${quota} are free in ${location}`,
        quotaCommand(quota, (usageOf(usages, quota)?.limit ?? 0) + vcpusNeeded - freeOf(quota), subscription, location),
      ),
    );
  },
};
